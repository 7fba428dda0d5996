import assert from 'node:assert/strict'
import { test } from 'vitest'
import { sparklinePath } from './sparkline-path.ts'

test('sparkline: one value is no line', () => {
  assert.equal(sparklinePath([], 100, 20), '')
  assert.equal(sparklinePath([5], 100, 20), '')
})

test('sparkline: the largest value touches the top, zero the bottom', () => {
  assert.equal(sparklinePath([0, 5, 10], 100, 20), 'M0 20L50 10L100 0')
})

test('sparkline: nothing at all lies on the bottom', () => {
  assert.equal(sparklinePath([0, 0], 100, 20), 'M0 20L100 20')
})
