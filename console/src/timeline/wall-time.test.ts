import assert from 'node:assert/strict'
import { test } from 'vitest'
import { formatClock, formatDay, formatMinute, formatMoment } from './wall-time.ts'

const noon = Date.parse('2026-11-21T12:00:05Z')

test('wall time: clocks have 24 hours, and are those of the viewer', () => {
  assert.equal(formatClock(noon, 'UTC'), '12:00:05')
  assert.equal(formatMinute(noon, 'Asia/Kolkata'), '17:30')
  assert.equal(formatClock(Date.parse('2026-11-21T00:00:00Z'), 'UTC'), '00:00:00')
})

test('wall time: the day is told where it is another one', () => {
  assert.equal(formatDay(noon, 'UTC'), '21 Nov')
  assert.equal(formatMoment(noon, noon + 3_600_000, 'UTC'), '12:00:05')
  assert.equal(formatMoment(noon, noon + 86_400_000, 'UTC'), '21 Nov, 12:00:05')
})
