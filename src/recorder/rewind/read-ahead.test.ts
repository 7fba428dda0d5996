import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { RequestError } from '../../core/errors.ts'
import type { KeptGroup } from './kept-frames.ts'
import { ReadAhead } from './read-ahead.ts'

const group = (begin: number): KeptGroup => ({ frames: [], follows: true, begin })
const settled = (): Promise<void> => new Promise(setImmediate)

/** What is kept, as answers one after the other; an error is one that cannot be read. */
function setUp(...answers: (KeptGroup | Error | undefined)[]) {
  const [clock, archive, failures] = [new FakeClock(), { version: 1 }, [] as unknown[]]
  const reads = { count: 0 }
  const next = async (): Promise<KeptGroup | undefined> => {
    reads.count++
    const answer = answers.shift()
    if (answer instanceof Error) throw answer
    return answer
  }
  const ahead = new ReadAhead({ kept: { next }, archive, clock, onFailed: error => failures.push(error) })
  return { ahead, clock, archive, failures, reads }
}

test('read ahead: one group is read while another is played, and no more', async () => {
  const { ahead, reads } = setUp(group(0), group(2000))
  ahead.wake()
  assert.ok(ahead.isReading)
  ahead.wake()
  await settled()
  ahead.wake()
  assert.deepEqual([reads.count, ahead.isReading], [1, false])
  assert.equal(ahead.take()?.begin, 0)
  assert.equal(ahead.take(), undefined)
  ahead.wake()
  await settled()
  assert.equal(ahead.take()?.begin, 2000)
})

test('read ahead: what is read to its end is not asked again before something has changed', async () => {
  const { ahead, archive, reads } = setUp(undefined, group(2000))
  assert.equal(ahead.isDry, false)
  ahead.wake()
  await settled()
  assert.ok(ahead.isDry)
  ahead.wake()
  assert.equal(reads.count, 1)
  archive.version++
  assert.equal(ahead.isDry, false)
  ahead.wake()
  await settled()
  assert.equal(ahead.take()?.begin, 2000)
})

test('read ahead: what cannot be read is tried again a second later', async () => {
  const { ahead, clock, failures, reads } = setUp(new RequestError(503, 'Cannot read'), group(0))
  ahead.wake()
  await settled()
  assert.deepEqual([failures.length, ahead.isDry, ahead.take()], [1, false, undefined])
  clock.advance(900)
  ahead.wake()
  assert.equal(reads.count, 1)
  clock.advance(100)
  ahead.wake()
  await settled()
  assert.deepEqual([reads.count, ahead.take()?.begin], [2, 0])
})
