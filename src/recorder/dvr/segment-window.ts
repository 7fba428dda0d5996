import type { ArchivedSegment, TimeSpan } from '../../contracts/segments.ts'
import type { Bytes, Milliseconds } from '../../core/units.ts'

/** Segments of the same number: the same time in every rendition. */
export type SegmentGroup = {
  readonly number: number
  /** The picture, else the first sound. */
  readonly leader: ArchivedSegment
  readonly segments: readonly ArchivedSegment[]
}

/** By number, ascending. */
export function groupSegments(segments: readonly ArchivedSegment[]): readonly SegmentGroup[] {
  const byNumber = new Map<number, ArchivedSegment[]>()
  for (const segment of segments) {
    const known = byNumber.get(segment.number)
    if (known === undefined) byNumber.set(segment.number, [segment])
    else known.push(segment)
  }
  const groups = [...byNumber].map(([number, group]) => ({ number, leader: leaderOf(group), segments: group }))
  return groups.sort((a, b) => a.number - b.number)
}

function leaderOf(group: readonly ArchivedSegment[]): ArchivedSegment {
  const rank = ({ rendition }: ArchivedSegment): string => `${rendition.startsWith('video') ? 0 : 1}${rendition}`
  return group.reduce((first, other) => (rank(other) < rank(first) ? other : first))
}

/** When a segment plays, by the clock on the wall. */
export function spanOf({ time, duration, timescale }: ArchivedSegment): TimeSpan {
  return { from: (time * 1000) / timescale, to: ((time + duration) * 1000) / timescale }
}

/** Where those begin and end, in a list by number, that play within a span. */
export function groupsWithin(groups: readonly SegmentGroup[], { from, to }: TimeSpan): readonly [number, number] {
  const begin = firstIndex(groups, ({ leader }) => spanOf(leader).to > from)
  return [
    begin,
    Math.max(
      begin,
      firstIndex(groups, ({ leader }) => spanOf(leader).from >= to),
    ),
  ]
}

/** Of the first one of which something holds that holds of all behind it, too. */
function firstIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let [low, high] = [0, items.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const item = items[middle]
    if (item !== undefined && holds(item)) high = middle
    else low = middle + 1
  }
  return low
}

/** What is too much: segments that end before a time, and as many of the oldest as these bytes take. */
export type Excess = { readonly before: Milliseconds; readonly bytes: Bytes }

/** The number below which segments are too much; `undefined` if none is. */
export function numberToKeepFrom(segments: readonly ArchivedSegment[], excess: Excess): number | undefined {
  let from: number | undefined
  let bytes = excess.bytes
  for (const { number, leader, segments: group } of groupSegments(segments)) {
    if (spanOf(leader).to > excess.before && bytes <= 0) break
    bytes -= group.reduce((sum, { size }) => sum + size, 0)
    from = number + 1
  }
  return from
}

/** Times of segments are rounded where periods meet. */
const tolerance: Milliseconds = 250

/** Spans without a hole, in the order of time. */
export class SpanList {
  readonly #spans: TimeSpan[] = []
  readonly #discontinuities: Milliseconds[] = []
  #period: number | undefined

  get spans(): readonly TimeSpan[] {
    return this.#spans
  }

  /** What is missing between them. */
  get gaps(): readonly TimeSpan[] {
    return this.#spans.slice(1).map(({ from }, i) => ({ from: this.#spans[i]?.to ?? from, to: from }))
  }

  /** When each period but the first begins: a publisher came back, or something of the tracks changed. */
  get discontinuities(): readonly Milliseconds[] {
    return this.#discontinuities
  }

  /** The segments that follow. */
  add(segments: readonly ArchivedSegment[]): void {
    for (const { leader } of groupSegments(segments)) this.#add(leader)
  }

  #add(leader: ArchivedSegment): void {
    const span = spanOf(leader)
    if (this.#period !== undefined && leader.period !== this.#period) this.#discontinuities.push(span.from)
    this.#period = leader.period
    this.#addSpan(span)
  }

  #addSpan(span: TimeSpan): void {
    const last = this.#spans.at(-1)
    if (last === undefined || span.from > last.to + tolerance) this.#spans.push(span)
    else this.#spans[this.#spans.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
  }
}
