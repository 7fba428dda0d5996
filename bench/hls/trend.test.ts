import assert from 'node:assert/strict'
import { test } from 'vitest'
import { trendOf } from './trend.ts'

test('trend: a line is its own trend', () => {
  const samples = [0, 1, 2, 3].map(at => ({ at, value: 100 + 2.5 * at }))
  assert.deepEqual(trendOf(samples), { slope: 2.5, error: 0 })
})

test('trend: what goes up and down by chance has a slope within its error', () => {
  const samples = [10, 12, 9, 11, 10, 12, 9, 11].map((value, at) => ({ at, value }))
  const { slope, error } = trendOf(samples)
  assert.ok(Math.abs(slope) < 2 * error)
})

test('trend: slope and error of four samples, worked out by hand', () => {
  const { slope, error } = trendOf([1, 3, 2, 5].map((value, at) => ({ at, value })))
  assert.deepEqual([slope.toFixed(4), error.toFixed(4)], ['1.1000', '0.5196'])
})

test('trend: two samples say nothing', () => {
  assert.deepEqual(
    trendOf([
      { at: 0, value: 1 },
      { at: 1, value: 9 },
    ]),
    { slope: 0, error: 0 },
  )
})
