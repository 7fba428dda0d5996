import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Pace } from './pace.ts'

test('pace: time passes as the clock does, up to the end of what waits', () => {
  const pace = new Pace()
  pace.resume(1000)
  assert.deepEqual(
    [1010, 1030, 1050, 1070].map(now => pace.advance(now, 60)),
    [10, 30, 50, 60],
  )
  pace.resume(5000)
  assert.equal(pace.advance(5010, 100), 70)
})

test('pace: when much waits, it passes faster, and never more than what waits allows', () => {
  const pace = new Pace()
  pace.resume(0)
  let position = 0
  for (let now = 5; now <= 1000; now += 5) {
    const next = pace.advance(now, 1000)
    assert.ok(next - position <= 5 * Math.max(1, (1000 - position) / 250) + 1e-9)
    position = next
  }
  assert.equal(position, 1000)
})

test('pace: what a late call has missed does not leave as a burst', () => {
  const pace = new Pace()
  pace.resume(0)
  assert.equal(pace.advance(100, 200), 20)
  assert.equal(pace.advance(104, 200), 24)
})
