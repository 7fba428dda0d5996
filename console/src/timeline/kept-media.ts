import type { DvrDetail } from '../api/sluice-api.ts'
import type { TimeSpan, WallTime } from './wall-time.ts'

/** What the DVR keeps of a stream. */
export type KeptMedia = {
  /** In the order of time; at least one. */
  readonly ranges: readonly TimeSpan[]
  /** From the oldest to the newest, gaps included. */
  readonly span: TimeSpan
  /** When a publisher came back, or tracks changed. */
  readonly restarts: readonly WallTime[]
  /** True if more is to come. */
  readonly isGrowing: boolean
}

/** What is nearer to the newest than this is played live: a list of what is kept has nothing to wait with. */
export const liveMargin = 10_000

/** What the server tells; `undefined` if there is nothing to rewind to. */
export function readKept({ active, ranges, discontinuities }: DvrDetail): KeptMedia | undefined {
  const spans = ranges.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const restarts = discontinuities.map(time => Date.parse(time))
  return { ranges: spans, span: { from: first.from, to: last.to }, restarts, isGrowing: active }
}

/** The same after `elapsed`, in which it grew as streams do. */
export function grown(kept: KeptMedia, elapsed: number): KeptMedia {
  const last = kept.ranges.at(-1)
  if (!kept.isGrowing || last === undefined) return kept
  const to = last.to + elapsed
  const ranges = [...kept.ranges.slice(0, -1), { from: last.from, to }]
  return { ...kept, ranges, span: { from: kept.span.from, to } }
}

/** Players tell what they show twice a second, so the last they told is not the last they showed. */
const toldEvery = 1000

/** Where playing goes on when a list has been played up to `until`; `undefined` for live. */
export function playableAfter(kept: KeptMedia, until: WallTime): WallTime | undefined {
  const next = playableFrom(kept, until + toldEvery)
  return next !== undefined && next > until ? next : undefined
}

/**
 * Where playing begins for who wants `time`: there, or behind the gap in which it lies; `undefined` for live.
 *
 * Who goes back over a gap comes out before it: `backStep` before its end.
 */
export function playableFrom(
  { ranges, span, isGrowing }: KeptMedia,
  time: WallTime,
  backStep?: number,
): WallTime | undefined {
  if (time >= span.to - (isGrowing ? liveMargin : 0)) return isGrowing ? undefined : Math.max(span.from, span.to - 1000)
  const next = ranges.findIndex(({ to }) => time < to)
  const range = ranges[next]
  if (range === undefined || time >= range.from) return time
  const before = ranges[next - 1]
  if (backStep === undefined || before === undefined) return range.from
  return Math.max(before.from, before.to - backStep)
}
