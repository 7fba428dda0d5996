import type { ArchivedSegment, StreamArchive, TimeSpan } from '../../contracts/segments.ts'
import { RequestError, unlessMalformed } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { decodeSegmentHead, type SegmentHead, shareDescription } from '../../formats/fmp4/segment-head.ts'
import { decodeSegmentSamples } from '../../formats/fmp4/segment-samples.ts'
import type { Clip } from './clip.ts'
import { ClipBuilder, type ReadSegment, ticksOf } from './clip-builder.ts'
import { type ClipGroup, groupAt, groupsOf } from './clip-groups.ts'
import { keyFrameAt, presentationOf } from './clip-track.ts'

/** So far back a key frame is looked for: the longest that a segment can be. */
export const longestLookBack: Milliseconds = 60_000

/** No picture is shown so much later than it is decoded. */
const longestReordering: Milliseconds = 1000

/**
 * Find out what is in a clip, and where. Reads each of its segments once, and keeps none of them.
 *
 * @param span Of the clip, within what is kept.
 * @param segments Of that span, and of `longestLookBack` before it.
 * @param gone Who wanted it.
 * @throws {RequestError} 404 if there is nothing, 409 if one file cannot hold it, 503 when nobody wants it any more.
 */
export async function planClip(
  archive: StreamArchive,
  span: TimeSpan,
  segments: readonly ArchivedSegment[],
  gone: AbortSignal,
): Promise<Clip> {
  const reader = new SegmentReader(archive, gone)
  const groups = groupsOf(segments)
  const wanted = groupAt(groups, span.from)
  const at = wanted === undefined ? undefined : groups[wanted]
  if (wanted === undefined || at === undefined) throw nothingKept(archive)
  const lead = leadOf(at.leader, await reader.read(at.leader))
  const isWhole = span.to + 1 >= (archive.span?.to ?? 0)
  // What was decoded last may be shown some time after that.
  const media = { from: span.from + lead, to: span.to + lead + (isWhole ? longestReordering : 0) }
  const first = await firstGroup(groups, wanted, media.from, reader)
  const builder = new ClipBuilder(media)
  await addSoundBefore(builder, groups, first, reader)
  for (const group of groups.slice(first)) await addGroup(builder, group, reader)
  const clip = builder.build(span)
  if (clip === undefined) throw nothingKept(archive)
  return clip
}

/**
 * How much later than it is told a picture is presented: what earlier versions kept is told by when it is decoded. A clip
 * begins with what players show at its time.
 */
function leadOf({ time, timescale }: ArchivedSegment, segment: ReadSegment | undefined): Milliseconds {
  const [first] = segment?.samples.samples ?? []
  return first === undefined ? 0 : (1000 * (presentationOf(first) - time)) / timescale
}

/** Where the last key frame is that is shown by then, if that is close enough and nothing is missing in between. */
async function firstGroup(
  groups: readonly ClipGroup[],
  wanted: number,
  from: Milliseconds,
  reader: SegmentReader,
): Promise<number> {
  for (let i = wanted; ; i--) {
    const group = groups[i]
    if (group === undefined) return wanted
    const segment = await reader.read(group.leader)
    if (segment === undefined) return wanted
    const { samples, head } = segment
    const time = ticksOf(from + 1, head)
    if (head.handler === 'soun' || keyFrameAt(samples, time) !== -1) return i
    if (!group.follows) return wanted
  }
}

/** What sounds at the beginning may be in the segment before. */
async function addSoundBefore(
  builder: ClipBuilder,
  groups: readonly ClipGroup[],
  first: number,
  reader: SegmentReader,
): Promise<void> {
  if (groups[first]?.follows !== true) return
  for (const other of groups[first - 1]?.others ?? []) {
    const segment = await reader.read(other)
    if (segment?.head.handler === 'soun') builder.addOther(segment)
  }
}

async function addGroup(
  builder: ClipBuilder,
  { leader, others, follows }: ClipGroup,
  reader: SegmentReader,
): Promise<void> {
  if (!follows) builder.break()
  const segment = await reader.read(leader)
  if (segment === undefined || !builder.addLeader(segment)) return builder.break()
  for (const other of others) {
    const read = await reader.read(other)
    if (read !== undefined) builder.addOther(read)
  }
}

/** Reads what segments say of themselves. */
class SegmentReader {
  readonly #archive: StreamArchive
  readonly #gone: AbortSignal
  /** Of the newest period of each rendition. */
  readonly #heads = new Map<string, { readonly period: number; readonly head: SegmentHead }>()
  /** What all segments of a rendition have to share. */
  readonly #first = new Map<string, SegmentHead>()

  constructor(archive: StreamArchive, gone: AbortSignal) {
    this.#archive = archive
    this.#gone = gone
  }

  /**
   * `undefined` for one that is damaged, or there no more.
   *
   * @throws {RequestError} 409 if its samples are described in another way than those before, 503 when nobody wants it.
   */
  async read(facts: ArchivedSegment): Promise<ReadSegment | undefined> {
    if (this.#gone.aborted) throw nobodyThere(this.#archive.stream)
    const { rendition, number } = facts
    const head = await this.#headOf(facts)
    const bytes = head && (await this.#archive.read(rendition, { number }))
    if (head === undefined || bytes === undefined) return undefined
    this.#check(head, facts)
    const samples = unlessMalformed(() => decodeSegmentSamples(head, bytes))
    return samples && { rendition, number, head, samples }
  }

  async #headOf({ rendition, period }: ArchivedSegment): Promise<SegmentHead | undefined> {
    const known = this.#heads.get(rendition)
    if (known?.period === period) return known.head
    const init = await this.#archive.readInit(rendition, period)
    const head = init && unlessMalformed(() => decodeSegmentHead(init))
    if (head !== undefined) this.#heads.set(rendition, { period, head })
    return head
  }

  #check(head: SegmentHead, { rendition, time, timescale }: ArchivedSegment): void {
    const first = this.#first.get(rendition)
    if (first === undefined) this.#first.set(rendition, head)
    if (first === undefined || shareDescription(first, head)) return
    const at = new Date((1000 * time) / timescale).toISOString()
    throw new RequestError(
      409,
      `Cannot cut ${this.#archive.stream}: its ${rendition} is coded in another way around ${at}, and one file has one way`,
    )
  }
}

/** For the log at most: who would be told it has left. */
export function nobodyThere(stream: string): RequestError {
  return new RequestError(503, `Cannot cut ${stream}: nobody is there to take it`)
}

function nothingKept({ stream }: StreamArchive): RequestError {
  return new RequestError(404, `Cannot cut ${stream}: nothing is kept of this time`)
}
