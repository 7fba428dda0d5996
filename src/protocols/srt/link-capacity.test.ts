import assert from 'node:assert/strict'
import { test } from 'vitest'
import { LinkCapacity } from './link-capacity.ts'
import { largestPayload } from './packet.ts'

/** Pairs of full packets, so many microseconds apart. */
function pairs(capacity: LinkCapacity, intervals: readonly number[]): void {
  for (const [number, interval] of intervals.entries()) {
    const time = number * 100_000
    capacity.add(16 * number, largestPayload, time)
    capacity.add(16 * number + 1, largestPayload, time + interval)
  }
}

test('link capacity: nothing is known before the first pair', () => {
  const capacity = new LinkCapacity()
  capacity.add(0, largestPayload, 0)
  capacity.add(2, largestPayload, 1000)
  capacity.add(17, largestPayload, 2000)
  assert.equal(capacity.packetsPerSecond, 0)
})

test('link capacity: is that of the last 16 pairs', () => {
  const capacity = new LinkCapacity()
  pairs(
    capacity,
    Array.from({ length: 16 }, () => 1000),
  )
  assert.equal(capacity.packetsPerSecond, 1000)
  pairs(
    capacity,
    Array.from({ length: 16 }, () => 500),
  )
  assert.equal(capacity.packetsPerSecond, 2000)
})

test('link capacity: pairs that were torn apart, or kept back and let go at once, do not count', () => {
  const capacity = new LinkCapacity()
  pairs(capacity, [...Array.from({ length: 10 }, () => 1000), 50_000, 1, 20_000, 0, 90_000, 5])
  assert.equal(capacity.packetsPerSecond, 1000)
})

test('link capacity: short packets count for the time that full ones would take', () => {
  const capacity = new LinkCapacity()
  capacity.add(0x7fff_fff0, 100, 0)
  capacity.add(0x7fff_fff1, largestPayload / 4, 250)
  assert.equal(capacity.packetsPerSecond, 1000)
})
