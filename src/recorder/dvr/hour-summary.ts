import type { ArchivedSegment, TimeSpan } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'
import type { StoredObjects } from './bucket/stored-object.ts'
import { spanOf } from './segment-window.ts'

/** Segments, in all renditions. */
export type SegmentSum = { readonly segments: number; readonly bytes: Bytes }

/** What an hour has, without its list. */
export type HourSummary = SegmentSum & {
  readonly first: ArchivedSegment
  readonly newest: ArchivedSegment
  readonly span: TimeSpan
  /** Of each rendition: one, unless it has changed in this hour. */
  readonly timescales: ReadonlyMap<string, readonly number[]>
  /** Those that are not in the bucket. */
  readonly pending: SegmentSum
  /** Those whose files are on the disk. */
  readonly here: SegmentSum
}

export const nothing: SegmentSum = { segments: 0, bytes: 0 }

export function plus(sum: SegmentSum, { segments, bytes }: SegmentSum): SegmentSum {
  return { segments: sum.segments + segments, bytes: sum.bytes + bytes }
}

/** @param hereFrom Files of segments below this number are not on the disk any more. */
export function summarizeHour(
  segments: readonly ArchivedSegment[],
  stored: StoredObjects,
  hereFrom: number,
): HourSummary | undefined {
  return segments.reduce<HourSummary | undefined>((summary, segment) => {
    return extendSummary(summary, segment, stored.find(segment) !== undefined, segment.number >= hereFrom)
  }, undefined)
}

/** With one segment more. */
export function extendSummary(
  summary: HourSummary | undefined,
  segment: ArchivedSegment,
  isStored = false,
  isHere = true,
): HourSummary {
  const [span, one] = [spanOf(segment), { segments: 1, bytes: segment.size }]
  const { first = segment, newest = segment, pending = nothing, here = nothing, timescales = new Map() } = summary ?? {}
  return {
    ...plus(summary ?? nothing, one),
    first: segment.number < first.number ? segment : first,
    newest: segment.number > newest.number ? segment : newest,
    span: {
      from: Math.min(summary?.span.from ?? span.from, span.from),
      to: Math.max(summary?.span.to ?? span.to, span.to),
    },
    timescales: withTimescale(timescales, segment),
    pending: isStored ? pending : plus(pending, one),
    here: isHere ? plus(here, one) : here,
  }
}

function withTimescale(
  timescales: HourSummary['timescales'],
  { rendition, timescale }: ArchivedSegment,
): HourSummary['timescales'] {
  const known = timescales.get(rendition) ?? []
  return known.includes(timescale) ? timescales : new Map(timescales).set(rendition, [...known, timescale])
}
