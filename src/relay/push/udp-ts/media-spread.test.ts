import assert from 'node:assert/strict'
import { test } from 'vitest'
import { MediaSpread } from './media-spread.ts'

/** The times that the packets of units get; a unit is its time and how many it has. */
function timesOf(...units: readonly (readonly [time: number, packets: number])[]): readonly number[] {
  const times: number[] = []
  const place = (time: number): number => {
    times.push(time)
    return 0
  }
  const spread = new MediaSpread({ bytes: new Uint8Array(188), place })
  for (const [time, packets] of units) {
    spread.write({ bytes: new Uint8Array(188 * packets), start: 0, end: 188 * packets, time, isJoinPoint: false })
  }
  return times
}

test('media spread: a unit is spread over the time since the one before', () => {
  assert.deepEqual(timesOf([5000, 2], [5040, 4], [5080, 1]), [0, 0, 10, 20, 30, 40, 80])
})

test('media spread: a unit of an earlier time goes with the one before', () => {
  assert.deepEqual(timesOf([0, 1], [40, 1], [20, 2], [60, 1]), [0, 40, 40, 40, 60])
})

test('media spread: jumps are not waited for', () => {
  assert.deepEqual(timesOf([0, 1], [9000, 2], [9040, 1], [100, 1], [140, 1]), [0, 0, 0, 40, 40, 80])
})
