import type { ArchivedSegment, StreamArchive, TimeSpan } from '../contracts/segments.ts'
import type { Milliseconds } from '../core/units.ts'
import type { ArchiveHeads } from './archive-heads.ts'
import { compareRenditions } from './file-name.ts'
import type { ListedRendition, ListedSegment } from './listed-rendition.ts'
import { othersTurn, segmentsAtOnce } from './others-turn.ts'
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
  const isNewest = segments.at(-1)?.number === archive.numbers?.last
  const options = { ...given, isEnded: given.isEnded && !(archive.isGrowing && isNewest) }
  const periods = await readPeriods(segments, options)
  const byName = Map.groupBy(segments, ({ rendition }) => rendition)
  const renditions: ArchivedRendition[] = []
  for (const name of [...byName.keys()].sort(compareRenditions)) {
    const own = await listSegments(byName.get(name) ?? [], periods)
    if (own !== undefined) renditions.push(describe(name, own, options))
  }
  return renditions
}

type ReadPeriod = Omit<Period, 'heads'> & { readonly heads: Map<string, RenditionHead> }

async function readPeriods(
  segments: readonly ArchivedSegment[],
  { archive, heads }: Options,
): Promise<ReadonlyMap<number, Period>> {
  const found = new Map<number, ReadPeriod>()
  for (const segment of segments) {
    const { rendition, period } = segment
    const known = found.get(period) ?? periodOf(segment)
    found.set(period, known)
    if (known.heads.has(rendition)) continue
    const head = await heads.of(archive, rendition, period)
    if (head !== undefined) known.heads.set(rendition, head)
  }
  return found
}

/** That begins with a segment. */
function periodOf({ period, discontinuity, time, timescale }: ArchivedSegment): ReadPeriod {
  const start = (1000 * time) / timescale
  return {
    number: period,
    discontinuity,
    generation: { id: String(period), digest: '', start },
    start,
    heads: new Map(),
  }
}

/** What is kept of one rendition, and what is missing in between. */
type KeptList = {
  readonly first: ArchivedSegment
  readonly segments: readonly ListedSegment[]
  /** Seconds. */
  readonly longestSegment: number
  readonly eventSchemes: readonly string[]
  readonly isIndependent: boolean
}

/** `undefined` if there is nothing. */
async function listSegments(
  kept: readonly ArchivedSegment[],
  periods: ReadonlyMap<number, Period>,
): Promise<KeptList | undefined> {
  const [first] = kept
  if (first === undefined) return undefined
  const longestSegment = kept.reduce((longest, { duration, timescale }) => Math.max(longest, duration / timescale), 0)
  const segments: ListedSegment[] = []
  const eventSchemes = new Set<string>()
  let before: ArchivedSegment | undefined
  for (const [i, segment] of kept.entries()) {
    if (i > 0 && i % segmentsAtOnce === 0) await othersTurn()
    const period = periods.get(segment.period)
    if (period === undefined) continue
    if (before !== undefined) addLost(segments, before, segment, periods.get(before.period), longestSegment)
    segments.push(listSegment(segment, period, false, before !== undefined && before.period !== segment.period))
    for (const { scheme } of segment.events ?? []) eventSchemes.add(scheme)
    before = segment
  }
  const isIndependent = kept.every(segment => segment.isIndependent)
  return { first, segments, longestSegment, eventSchemes: [...eventSchemes], isIndependent }
}

function describe(
  name: string,
  { first, segments, longestSegment, ...facts }: KeptList,
  { isEnded, segmentDuration }: Options,
): ArchivedRendition {
  const kind = name.startsWith('video') ? 'video' : 'audio'
  const targetDuration = Math.max(1, Math.round(segmentDuration / 1000), Math.round(longestSegment))
  return {
    ...{ name, kind, isEnded, segments, newest: segments.at(-1), position: first.position, ...facts },
    isInterrupted: false,
    isSilent: false,
    ...{ targetDuration, partTarget: 0, longestSegment },
  }
}

/** One gap for each segment that is missing, so that places stay right. */
function addLost(
  segments: ListedSegment[],
  before: ArchivedSegment,
  after: ArchivedSegment,
  period: Period | undefined,
  longest: number,
): void {
  const count = after.position - before.position - 1
  if (count <= 0 || period === undefined) return
  const { number, timescale } = before
  const begin = before.time + before.duration
  const missing = Math.max(0, (after.time / after.timescale) * timescale - begin)
  const duration = Math.floor(Math.min(missing / count, longest * timescale))
  for (let i = 0; i < count; i++) {
    const place = { number: number + 1 + i, time: begin + i * duration, duration, size: 0, frames: 0 }
    segments.push(listSegment({ ...before, ...place }, period, true, false))
  }
}

function listSegment(
  { number, timescale, time, duration, size, frames }: ArchivedSegment,
  period: Period,
  isGap: boolean,
  isDiscontinuity: boolean,
): ListedSegment {
  return {
    ...{ number, period, timescale, time, duration, seconds: duration / timescale, size, frames },
    ...{ isGap, isDiscontinuity, isComplete: true, parts: [], key: undefined },
  }
}
