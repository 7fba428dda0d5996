import type { ArchivedSegment, StreamArchive, TimeSpan } from '../contracts/segments.ts'
import type { Milliseconds } from '../core/units.ts'
import type { ArchiveHeads } from './archive-heads.ts'
import { compareRenditions } from './file-name.ts'
import type { ListedRendition, ListedSegment } from './listed-rendition.ts'
import type { Period } from './period.ts'
import type { RenditionHead } from './rendition-head.ts'

/** A rendition as it is kept. */
export type ArchivedRendition = ListedRendition & {
  /** Place of its first segment among all that were ever kept. */
  readonly position: number
}

type Options = {
  readonly archive: StreamArchive
  readonly heads: ArchiveHeads
  readonly span: TimeSpan
  /** True if nothing will be added to the span. */
  readonly isEnded: boolean
  readonly segmentDuration: Milliseconds
}

/**
 * What is kept of a span of a stream, picture first. What was lost on the way is a gap. Sound is kept a moment later than
 * its picture: as long as the stream goes on, its newest segments are not the end of anything.
 */
export async function archivedRenditions(given: Options): Promise<readonly ArchivedRendition[]> {
  const { archive, span } = given
  const segments = await archive.segments(span)
  const newest = Math.max(...segments.map(({ number }) => number))
  const options = { ...given, isEnded: given.isEnded && !(archive.isGrowing && newest === archive.numbers?.last) }
  const names = [...new Set(segments.map(({ rendition }) => rendition))].sort(compareRenditions)
  const periods = await readPeriods(segments, options)
  return names.flatMap(name => {
    const own = segments.filter(({ rendition }) => rendition === name)
    return listRendition(name, own, periods, options) ?? []
  })
}

async function readPeriods(
  segments: readonly ArchivedSegment[],
  { archive, heads }: Options,
): Promise<ReadonlyMap<number, Period>> {
  const found = new Map<number, Omit<Period, 'heads'> & { readonly heads: Map<string, RenditionHead> }>()
  for (const { rendition, period, discontinuity, time, timescale } of segments) {
    const start = (1000 * time) / timescale
    const generation = { id: String(period), digest: '', start }
    const fresh = { number: period, discontinuity, generation, start, heads: new Map() }
    const known = found.get(period) ?? fresh
    found.set(period, known)
    if (known.heads.has(rendition)) continue
    const head = await heads.of(archive, rendition, period)
    if (head !== undefined) known.heads.set(rendition, head)
  }
  return found
}

function listRendition(
  name: string,
  own: readonly ArchivedSegment[],
  periods: ReadonlyMap<number, Period>,
  { isEnded, segmentDuration }: Options,
): ArchivedRendition | undefined {
  const [first] = own
  if (first === undefined) return undefined
  const longestSegment = Math.max(...own.map(({ duration, timescale }) => duration / timescale))
  const segments: ListedSegment[] = []
  let before: ArchivedSegment | undefined
  for (const segment of own) {
    const period = periods.get(segment.period)
    if (period === undefined) continue
    if (before !== undefined) segments.push(...lostBetween(before, segment, periods, longestSegment))
    const isDiscontinuity = before !== undefined && before.period !== segment.period
    segments.push(listSegment(segment, period, { isGap: false, isDiscontinuity }))
    before = segment
  }
  const kind = name.startsWith('video') ? 'video' : 'audio'
  const targetDuration = Math.max(1, Math.round(segmentDuration / 1000), Math.round(longestSegment))
  return {
    ...{ name, kind, isEnded, segments, newest: segments.at(-1), position: first.position },
    eventSchemes: [...new Set(own.flatMap(({ events = [] }) => events.map(({ scheme }) => scheme)))],
    isIndependent: own.every(segment => segment.isIndependent),
    isInterrupted: false,
    isSilent: false,
    ...{ targetDuration, partTarget: 0, longestSegment },
  }
}

/** One gap for each segment that is missing, so that places stay right. */
function lostBetween(
  before: ArchivedSegment,
  after: ArchivedSegment,
  periods: ReadonlyMap<number, Period>,
  longest: number,
): readonly ListedSegment[] {
  const count = after.position - before.position - 1
  const period = periods.get(before.period)
  if (count <= 0 || period === undefined) return []
  const { number, timescale } = before
  const begin = before.time + before.duration
  const missing = Math.max(0, (after.time / after.timescale) * timescale - begin)
  const duration = Math.floor(Math.min(missing / count, longest * timescale))
  return Array.from({ length: count }, (_, i) => {
    const place = { number: number + 1 + i, time: begin + i * duration, duration, size: 0, frames: 0 }
    return listSegment({ ...before, ...place }, period, { isGap: true, isDiscontinuity: false })
  })
}

function listSegment(
  { number, timescale, time, duration, size, frames }: ArchivedSegment,
  period: Period,
  marks: Pick<ListedSegment, 'isGap' | 'isDiscontinuity'>,
): ListedSegment {
  const times = { timescale, time, duration, seconds: duration / timescale }
  return { number, period, parts: [], isComplete: true, ...marks, size, frames, key: undefined, ...times }
}
