import assert from 'node:assert/strict'
import { test } from 'vitest'
import { timeMarks } from './time-marks.ts'

const time = (clock: string): number => Date.parse(`2026-11-21T${clock}Z`)
const labels = (from: string, to: string, most: number): string[] =>
  timeMarks({ from: time(from), to: time(to) }, most, 0, 'UTC').map(({ label }) => label)

test('time marks: they stand at round times', () => {
  assert.deepEqual(labels('10:03:10', '10:13:10', 6), ['10:04', '10:06', '10:08', '10:10', '10:12'])
  assert.deepEqual(labels('10:03:10', '10:04:10', 4), ['10:03:15', '10:03:30', '10:03:45', '10:04:00'])
})

test('time marks: fewer where there is less room', () => {
  assert.deepEqual(labels('10:03:10', '10:13:10', 2), ['10:05', '10:10'])
})

test('time marks: those at the ends, which would stick out, are left out', () => {
  assert.deepEqual(labels('10:00:00', '11:00:00', 6), ['10:10', '10:20', '10:30', '10:40', '10:50'])
})

test('time marks: midnight is told by its day', () => {
  const view = { from: time('18:00:00'), to: time('18:00:00') + 12 * 3_600_000 }
  assert.deepEqual(
    timeMarks(view, 4, 0, 'UTC').map(({ label }) => label),
    ['21:00', '22 Nov', '03:00'],
  )
})

test('time marks: midnight is the one of the viewer', () => {
  const view = { from: time('00:00:00'), to: time('23:00:00') }
  const marks = timeMarks(view, 2, 5.5 * 3_600_000, 'Asia/Kolkata')
  assert.deepEqual(
    marks.map(({ label }) => label),
    ['12:00', '22 Nov'],
  )
})

test('time marks: many days have few marks', () => {
  const view = { from: time('00:00:00'), to: time('00:00:00') + 400 * 86_400_000 }
  const { length } = timeMarks(view, 6, 0, 'UTC')
  assert.ok(length >= 3 && length <= 6, `${length}`)
})
