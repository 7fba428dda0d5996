import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseDateTime } from './date-time.ts'

for (const [text, time] of [
  ['2026-11-21T09:30:00Z', Date.UTC(2026, 10, 21, 9, 30)],
  ['2026-11-21t09:30:00.25z', Date.UTC(2026, 10, 21, 9, 30, 0, 250)],
  ['2026-11-21T09:30:00+01:00', Date.UTC(2026, 10, 21, 8, 30)],
  ['2026-11-21T09:30:00 01:00', Date.UTC(2026, 10, 21, 8, 30)],
  ['2026-11-21T09:30:00', undefined],
  ['2026-11-21', undefined],
  ['2026-13-21T09:30:00Z', undefined],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-04-31T00:00:00Z', undefined],
  ['2026-11-21T24:00:00Z', undefined],
  ['-90', undefined],
  ['', undefined],
] as const) {
  test(`date and time: "${text}" is ${time}`, () => {
    assert.equal(parseDateTime(text), time)
  })
}
