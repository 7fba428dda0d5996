import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ReceivedRate } from './received-rate.ts'

test('received rate: a burst counts over the reports that follow, and is then forgotten', () => {
  const rate = new ReceivedRate(500)
  rate.add(500)
  rate.add(500)
  assert.equal(rate.report(), 16_000)
  assert.equal(rate.report(), 8000)
  for (let report = 2; report < 8; report++) rate.report()
  assert.equal(rate.report(), 0)
})
