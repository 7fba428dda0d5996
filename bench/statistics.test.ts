import assert from 'node:assert/strict'
import { test } from 'vitest'
import { median, percentile, spreadOf } from './statistics.ts'

test('percentile: is the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_one, i) => i + 1)
  assert.equal(percentile(hundred, 0.5), 50)
  assert.equal(percentile(hundred, 0.99), 99)
  assert.equal(percentile(hundred, 1), 100)
  assert.equal(percentile([7], 0), 7)
  assert.equal(percentile([], 0.5), Number.NaN)
})

test('spread: is in milliseconds, whatever the order', () => {
  assert.deepEqual(spreadOf([3e6, 1e6, 2e6]), { count: 3, p50: 2, p99: 3, max: 3 })
})

test('spread: of nothing has no numbers', () => {
  assert.deepEqual(spreadOf([]), { count: 0, p50: undefined, p99: undefined, max: undefined })
})

test('median: of an even count lies between the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([]), Number.NaN)
})
