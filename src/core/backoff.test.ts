import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Backoff } from './backoff.ts'

const limits = { shortest: 1000, longest: 10_000 }

test('backoff: waits double up to the longest, and begin anew after a reset', () => {
  const backoff = new Backoff(limits, () => 0)
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6].map(() => backoff.next()),
    [1000, 2000, 4000, 8000, 10_000, 10_000],
  )
  backoff.reset()
  assert.equal(backoff.next(), 1000)
})

test('backoff: chance takes away half of a wait at most', () => {
  const backoff = new Backoff(limits, () => 0.999_999)
  assert.equal(backoff.next(), 500)
  for (let i = 0; i < 2000; i++) backoff.next()
  assert.equal(backoff.next(), 5000)
})
