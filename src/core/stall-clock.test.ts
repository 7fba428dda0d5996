import assert from 'node:assert/strict'
import { test } from 'vitest'
import { StallClock } from './stall-clock.ts'

test('stall clock: a peer that takes everything never stalls', () => {
  const clock = new StallClock(0)
  for (let now = 0; now < 10_000; now += 1000) {
    assert.equal(clock.stalledFor(now, { writableLength: 0, bytesWritten: 500 }), 0)
  }
})

test('stall clock: time counts from the last byte that was seen to be taken', () => {
  const clock = new StallClock(0)
  assert.equal(clock.stalledFor(1000, { writableLength: 100, bytesWritten: 500 }), 0)
  assert.equal(clock.stalledFor(2000, { writableLength: 100, bytesWritten: 500 }), 1000)
  assert.equal(clock.stalledFor(3000, { writableLength: 300, bytesWritten: 700 }), 2000)
  assert.equal(clock.stalledFor(4000, { writableLength: 299, bytesWritten: 700 }), 0)
  assert.equal(clock.stalledFor(5000, { writableLength: 299, bytesWritten: 700 }), 1000)
})

test('stall clock: a peer that was stalled and took all begins anew', () => {
  const clock = new StallClock(0)
  clock.stalledFor(1000, { writableLength: 100, bytesWritten: 500 })
  clock.stalledFor(9000, { writableLength: 0, bytesWritten: 500 })
  assert.equal(clock.stalledFor(9500, { writableLength: 1, bytesWritten: 501 }), 0)
  assert.equal(clock.stalledFor(9900, { writableLength: 1, bytesWritten: 501 }), 400)
})
