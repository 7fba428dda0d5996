import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { ArchivedSegment } from '../../contracts/segments.ts'
import { segmentsWithin, selectSegments } from './segment-selection.ts'
import { groupSegments, spanOf } from './segment-window.ts'

const timescale = 90_000
const rest = { timescale, period: 1, frames: 50, size: 1000, isIndependent: true, discontinuity: 0 }

/** One after the other, picture and sound. @param steps In milliseconds: how long a segment is, and what is missing behind it. */
function hourOf(number: number, begin: number, steps: readonly (readonly [number, number])[]) {
  const segments: ArchivedSegment[] = []
  let at = begin
  for (const [i, [length, gap]] of steps.entries()) {
    const place = { number: number + i, position: number + i, time: at * 90, duration: length * 90 }
    segments.push({ ...rest, ...place, rendition: 'audio' }, { ...rest, ...place, rendition: 'video' })
    at += length + gap
  }
  const spans = segments.map(spanOf)
  const span = { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) }
  const hour = {
    reads: 0,
    // Nothing else is looked at.
    summary: { span, segments: segments.length } as never,
    groups: async () => {
      hour.reads++
      return groupSegments(segments)
    },
  }
  return { hour, segments, end: at }
}

function hoursOf(steps: readonly (readonly (readonly [number, number])[])[]) {
  const segments: ArchivedSegment[] = []
  const hours: ReturnType<typeof hourOf>['hour'][] = []
  let [number, begin] = [1000, 1_000_000]
  for (const ofHour of steps) {
    const made = hourOf(number, begin, ofHour)
    hours.push(made.hour)
    segments.push(...made.segments)
    number += ofHour.length
    begin = made.end
  }
  return { hours, segments, end: begin }
}

const step = fc.tuple(fc.integer({ min: 20, max: 4000 }), fc.constantFrom(0, 0, 0, 5000))
const archives = fc.array(fc.array(step, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 })

test('segment selection: is what going through all segments would find', async () => {
  await fc.assert(
    fc.asyncProperty(archives, fc.nat(), fc.nat(), async (steps, one, other) => {
      const { hours, segments, end } = hoursOf(steps)
      const [from, to] = [one, other].map(n => 999_000 + (n % (end + 2000 - 999_000))).sort((a, b) => a - b)
      const span = { from: from ?? 0, to: to ?? 0 }
      const plays = (segment: ArchivedSegment): boolean =>
        spanOf(segment).to > span.from && spanOf(segment).from < span.to
      const expected = span.from < span.to ? segments.filter(plays) : []
      if (span.from === span.to) return
      assert.deepEqual(await segmentsWithin(hours, span), expected)
      const selection = await selectSegments(hours, span)
      const [first, last] = [expected[0], expected.at(-1)]
      assert.deepEqual(selection?.numbers, first && last && { first: first.number, last: last.number })
      assert.equal(selection?.count ?? 0, expected.length)
      if (selection === undefined) return
      // Its span is that of the same segments, and of itself.
      assert.deepEqual(await segmentsWithin(hours, selection.span), expected)
      assert.deepEqual(await selectSegments(hours, selection.span), selection)
    }),
    { seed: 6, numRuns: 300 },
  )
})

test('segment selection: only the hours are read in which it begins and ends', async () => {
  const hour = Array.from({ length: 1800 }, () => [2000, 0] as const)
  const { hours, end } = hoursOf([hour, hour, hour, hour])
  const selection = await selectSegments(hours, { from: 1_001_000, to: end - 1000 })
  assert.deepEqual(
    hours.map(({ reads }) => reads),
    [1, 0, 0, 1],
  )
  assert.deepEqual([selection?.count, selection?.span], [4 * 3600, { from: 1_000_000, to: end }])
})
