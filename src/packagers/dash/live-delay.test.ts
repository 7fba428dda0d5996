import assert from 'node:assert/strict'
import { test } from 'vitest'
import { longestLag } from './live-delay.ts'

test('live delay: media may be as late as players stand behind, with parts as many of those', () => {
  const shape = { segmentDuration: 2000, partDuration: 200 }
  assert.equal(longestLag(shape, false), 6000)
  assert.equal(longestLag(shape, true), 1000)
  assert.equal(longestLag({ ...shape, partDuration: 0 }, true), 6000)
})
