import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RelayFixture } from '../../test/support/relay-fixture.ts'
import { ConnectionError, reasonOf } from '../core/errors.ts'
import { type AttemptResult, RelayLoop } from './relay-loop.ts'

const identity = { direction: 'push', stream: 'live/test', url: 'rtmp://host/live/…' } as const

function setUp(): { readonly fixture: RelayFixture; readonly loop: RelayLoop } {
  const fixture = new RelayFixture()
  return { fixture, loop: new RelayLoop(identity, fixture.context) }
}

test('relay loop: attempts follow one another until one is the last', async () => {
  const { fixture, loop } = setUp()
  const results: AttemptResult[] = ['again', new ConnectionError('Cannot connect'), 'done']
  const running = loop.run(async () => results.shift() ?? assert.fail())
  await fixture.until(() => loop.state === 'waiting')
  const { failures, lastError, retryIn = 0 } = loop.status
  assert.deepEqual([failures, lastError], [1, 'Cannot connect'])
  assert.ok(retryIn > 0 && retryIn <= 1000, `${retryIn}`)
  await fixture.until(() => loop.state === 'idle')
  await running
  assert.equal(results.length, 0)
})

test('relay loop: servers that only send us on to each other are left alone for a while', async () => {
  const { fixture, loop } = setUp()
  let attempts = 0
  void loop.run(async () => {
    attempts++
    return 'again'
  })
  await fixture.until(() => loop.state === 'waiting')
  assert.equal(attempts, 9)
  const { lastError = '' } = loop.status
  assert.match(lastError, /^Cannot follow requests to reconnect for ever: at most 8 may follow one another, is 9$/)
  await loop.close()
})

test('relay loop: closing ends the wait', async () => {
  const { fixture, loop } = setUp()
  void loop.run(async () => new ConnectionError('Cannot connect'))
  await fixture.until(() => loop.state === 'waiting')
  await loop.close()
  assert.equal(loop.state, 'idle')
  assert.equal(fixture.clock.pendingCount, 0)
})

test('relay loop: a connection that has worked for long makes the next failure a first one', async () => {
  const { fixture, loop } = setUp()
  let attempts = 0
  void loop.run(async () => {
    attempts++
    loop.started('sending')
    if (attempts === 5) fixture.clock.advance(30_000)
    loop.stopped('the connection is over')
    return new ConnectionError('Cannot go on')
  })
  const waits: number[] = []
  for (let count = 1; count <= 5; count++) {
    await fixture.until(() => attempts === count && loop.state === 'waiting')
    waits.push(loop.status.retryIn ?? 0)
    fixture.clock.advance(loop.status.retryIn ?? 0)
  }
  await loop.close()
  assert.ok((waits[3] ?? 0) > 3900, waits.join(' '))
  assert.ok((waits[4] ?? 0) <= 1000, waits.join(' '))
})

test('relay loop: an attempt that throws has failed by our fault, and is made again', async () => {
  const fixture = new RelayFixture()
  const faults: string[] = []
  const loop = new RelayLoop(identity, {
    ...fixture.context,
    onInternalFault: ({ part, name, error }) => void faults.push(`${part} ${name} ${reasonOf(error)}`),
  })
  let attempts = 0
  const running = loop.run(async () => {
    if (attempts++ === 0) throw new TypeError('no such thing')
    return 'done'
  })
  await fixture.until(() => loop.state === 'waiting')
  assert.equal(loop.status.lastError, 'Cannot relay live/test: this server has failed')
  await fixture.until(() => loop.state === 'idle')
  await running
  assert.deepEqual([attempts, faults], [2, ['relay push no such thing']])
})
