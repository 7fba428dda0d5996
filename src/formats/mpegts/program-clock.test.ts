import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { decodeDelay, ProgramClock } from './program-clock.ts'

const second = 90_000

function clockAt(...times: readonly number[]): ProgramClock {
  const clock = new ProgramClock(0)
  for (const time of times) clock.advance(time)
  return clock
}

test('program clock: is the newest decode time, and frames a little behind it change nothing', () => {
  assert.equal(clockAt(second, 0.7 * second, 2 * second, 1.7 * second).time, 2 * second)
})

test('program clock: waits for a track that lags', () => {
  const clock = clockAt(10 * second, 9.3 * second)
  assert.ok(9.3 * second + decodeDelay - clock.time >= 0.16 * second - 1)
  clock.advance(11 * second)
  assert.ok(10.3 * second + decodeDelay - clock.time >= 0.16 * second - 1)
})

test('program clock: waits no longer than the others can wait in their buffers', () => {
  const clock = clockAt(100 * second, 20 * second, 101 * second)
  assert.equal(clock.time, 101 * second + decodeDelay - second)
})

test('program clock: begins anew after a jump of all tracks', () => {
  assert.equal(clockAt(10 * second, 9 * second, 20 * second).time, 20 * second)
})

test('program clock: tells each time once, and a jump as one', () => {
  const clock = clockAt(second)
  assert.deepEqual(clock.tell(second), { pcr: second, discontinuity: false })
  assert.deepEqual(clock.tell(second), { pcr: undefined, discontinuity: false })
  clock.advance(1.5 * second)
  assert.deepEqual(clock.tell(1.5 * second), { pcr: 1.5 * second, discontinuity: false })
  clock.advance(3 * second)
  assert.equal(clock.told, undefined)
  assert.deepEqual(clock.tell(3 * second), { pcr: 3 * second, discontinuity: true })
  assert.equal(clock.told, 3 * second)
})

test('program clock: never goes back, whatever the tracks do', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5 * second }), { maxLength: 60 }), times => {
      const clock = new ProgramClock(0)
      let last = Number.NEGATIVE_INFINITY
      for (const time of times) {
        clock.advance(time)
        assert.ok(clock.time >= last)
        last = clock.time
        clock.tell(last)
      }
    }),
    { seed: 27, numRuns: 300 },
  )
})
