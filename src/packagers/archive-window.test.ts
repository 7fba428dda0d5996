import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RequestError } from '../core/errors.ts'
import { parseArchiveWindow, spanWithin } from './archive-window.ts'

const start = Date.parse('2026-11-21T09:00:00Z')
/** An hour is kept. */
const kept = { from: start, to: start + 3_600_000 }
/** A little later than the newest segment. */
const now = kept.to + 3000

/** What a query asks for, in seconds from the beginning; `undefined` for what it leaves open. */
function windowOf(query: string): readonly (number | undefined)[] {
  const { from, to } = parseArchiveWindow(new URLSearchParams(query), now, kept)
  return [from, to].map(time => time && (time - start) / 1000)
}

for (const [query, from, to] of [
  ['', undefined, undefined],
  ['from=2026-11-21T09:10:00Z', 600, undefined],
  ['from=2026-11-21T09:10:00.250Z&duration=60', 600.25, 660.25],
  ['from=2026-11-21T10:10:00%2B01:00&duration=1m30s', 600, 690],
  ['from=2026-11-21T10:10:00+01:00', 600, undefined],
  ['from=2026-11-21T04:10:00-05:00', 600, undefined],
  ['from=2026-11-21t09:10:00z&to=2026-11-21T09:20:00Z', 600, 1200],
  ['offset=0', 0, undefined],
  ['offset=90.5&duration=0.5', 90.5, 91],
  ['offset=-300', 3303, undefined],
  ['offset=-300&duration=60', 3303, 3363],
  ['duration=60', undefined, 60],
  ['to=2026-11-21T09:20:00Z', undefined, 1200],
  ['from=2026-11-21T08:00:00Z&to=2026-11-21T09:20:00Z', -3600, 1200],
] as const) {
  test(`archive window: ${query || 'everything'}`, () => assert.deepEqual(windowOf(query), [from, to]))
}

for (const query of [
  'from=yesterday',
  'from=2026-11-21',
  'from=2026-11-21T09:10:00',
  'from=2026-13-21T09:10:00Z',
  'from=2026-02-30T09:10:00Z',
  'from=1795251600',
  'from=',
  'offset=-5m',
  'offset=1e3',
  'offset=',
  'offset=0x10',
  'duration=0',
  'duration=-5',
  'duration=soon',
  'from=2026-11-21T09:10:00Z&offset=5',
  'duration=5&to=2026-11-21T09:10:00Z',
  'from=2026-11-21T09:10:00Z&to=2026-11-21T09:10:00Z',
  'from=2026-11-21T09:10:00Z&to=2026-11-21T09:00:00Z',
]) {
  test(`archive window: ${query} is refused`, () => {
    assert.throws(() => windowOf(query), refusedWith(400, /^Cannot rewind: /))
  })
}

for (const [name, window, from, to] of [
  ['everything', {}, 0, 3600],
  ['from before the beginning', { from: -60, to: 60 }, 0, 60],
  ['up to what is to come', { from: 3000, to: 7200 }, 3000, 3600],
  ['from somewhere on', { from: 3599.9 }, 3599.9, 3600],
] as const) {
  test(`archive window: ${name} is what there is of it`, () => {
    const span = spanWithin('live/test', absolute(window), kept)
    assert.deepEqual([span.from - start, span.to - start], [1000 * from, 1000 * to])
  })
}

for (const [name, window] of [
  ['in the future', { from: 3600 }],
  ['before the beginning', { from: -60, to: 0 }],
] as const) {
  test(`archive window: nothing is kept ${name}`, () => {
    const told = /^Cannot rewind live\/test: it is kept from 2026-11-21T09:00:00.000Z to 2026-11-21T10:00:00.000Z$/
    assert.throws(() => spanWithin('live/test', absolute(window), kept), refusedWith(404, told))
  })
}

test('archive window: one list has a day at most, the newest if nobody says which', () => {
  const week = { from: start, to: start + 7 * 86_400_000 }
  const span = spanWithin('live/test', { from: undefined, to: undefined }, week)
  assert.deepEqual(span, { from: start + 6 * 86_400_000, to: week.to })
  assert.throws(() => spanWithin('live/test', { from: start, to: undefined }, week), refusedWith(400, /24 h at most/))
  assert.throws(() => spanWithin('live/test', { from: undefined, to: undefined }, undefined), refusedWith(404, /now$/))
})

function absolute({ from, to }: { readonly from?: number; readonly to?: number }) {
  const timeOf = (seconds: number | undefined) => (seconds === undefined ? undefined : start + 1000 * seconds)
  return { from: timeOf(from), to: timeOf(to) }
}

function refusedWith(status: number, message: RegExp): (error: unknown) => boolean {
  return error => error instanceof RequestError && error.statusCode === status && message.test(error.message)
}
