import type { ArchivedSegment, StreamArchive, TimeSpan } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import { groupSegments, type SegmentGroup, spanOf } from '../dvr/segment-window.ts'
import { type KeptSegment, KeptTracks } from './kept-tracks.ts'

/** What plays between two cuts, in all tracks. */
export type KeptGroup = {
  /** In the order of their times, which count from the Unix epoch. The first one of the picture is a key frame. */
  readonly frames: readonly Frame[]
  /** True if nothing is missing between the group before and this one, and it has the same clock. */
  readonly follows: boolean
  /** When the picture begins. */
  readonly begin: Milliseconds
}

/** So far back a key frame is looked for: the longest that a segment can be. */
const longestLookBack: Milliseconds = 60_000
/** How much is looked up at once; where there is nothing in that, ever more. */
const lookAhead: Milliseconds = 20_000

/** The frames of a stream that are kept, from the newest key frame at a time or before on, segment by segment. */
export class KeptFrames {
  readonly kept: KeptTracks
  readonly #archive: StreamArchive
  readonly #at: Milliseconds
  /** Looked up, and not read. */
  #groups: readonly SegmentGroup[] = []
  /** The newest that was read. */
  #last: ArchivedSegment | undefined

  constructor(archive: StreamArchive, at: Milliseconds) {
    this.#archive = archive
    this.kept = new KeptTracks(archive)
    this.#at = at
  }

  /** The newest segment that was read: of the picture, where there is one. */
  get last(): ArchivedSegment | undefined {
    return this.#last
  }

  /** Up to when it was read. */
  get end(): Milliseconds {
    return this.#last === undefined ? Number.NEGATIVE_INFINITY : spanOf(this.#last).to
  }

  /**
   * What comes next; `undefined` if nothing more is kept now.
   *
   * @throws {RequestError} 503 if it cannot be read now. It may be asked for again.
   */
  async next(): Promise<KeptGroup | undefined> {
    if (this.#groups.length === 0) this.#groups = await this.#lookUp()
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      const fetched = await this.kept.fetch(group.segments)
      this.#groups = this.#groups.slice(1)
      const read = this.#read(
        group,
        fetched.map(one => ({ ...one, segment: this.kept.decode(one) })),
      )
      if (read !== undefined) return read
    }
    return undefined
  }

  #lookUp(): Promise<readonly SegmentGroup[]> {
    return this.#last === undefined ? this.#firstGroups() : this.#groupsBehind(this.#last)
  }

  async #groupsBehind(last: ArchivedSegment): Promise<readonly SegmentGroup[]> {
    const { to: end } = spanOf(last)
    for (let ahead = lookAhead; ; ahead *= 10) {
      const groups = await this.#wholeGroups({ from: end - lookAhead, to: end + ahead })
      const later = groups.filter(({ number }) => number > last.number)
      if (later.length > 0 || end + ahead > (this.#archive.span?.to ?? 0)) return later
    }
  }

  /** From the segment with the key frame on. */
  async #firstGroups(): Promise<readonly SegmentGroup[]> {
    for (let ahead = lookAhead; ; ahead *= 10) {
      const span = { from: this.#at - longestLookBack, to: this.#at + ahead }
      const groups = await this.#wholeGroups(span)
      const wanted = groups.findIndex(({ leader }) => spanOf(leader).to > this.#at)
      if (wanted !== -1) return groups.slice(await this.#keyGroup(groups, wanted))
      if (span.to > (this.#archive.span?.to ?? 0)) return groups.slice(await this.#keyGroup(groups, groups.length - 1))
    }
  }

  /**
   * Sound is kept a moment later than the picture. What has a successor when it is looked up, or none that will come, is
   * whole; and what has as many tracks as the group before.
   */
  async #wholeGroups(span: TimeSpan): Promise<readonly SegmentGroup[]> {
    const { isGrowing, numbers } = this.#archive
    const newest = isGrowing ? (numbers?.last ?? 0) : Number.POSITIVE_INFINITY
    const groups = groupSegments(await this.#archive.segments(span))
    return groups.filter((group, i) => group.number < newest || isLike(group, groups[i - 1]))
  }

  /** Back to a key frame, as far as nothing is missing in between. */
  async #keyGroup(groups: readonly SegmentGroup[], wanted: number): Promise<number> {
    for (let i = wanted; i >= 0; i--) {
      const group = groups[i]
      if (group === undefined || (await this.#hasKeyFrame(group.leader))) return i
      if (!follows(groups[i - 1]?.leader, group.leader)) break
    }
    return Math.max(0, wanted)
  }

  /** Apart from what is played: tracks are read forwards only. */
  async #hasKeyFrame(leader: ArchivedSegment): Promise<boolean> {
    const kept = new KeptTracks(this.#archive)
    const [fetched] = await kept.fetch([leader])
    const segment = fetched && kept.decode(fetched)
    return segment !== undefined && keyFrameAt(segment, this.#at) !== -1
  }

  #read({ leader }: SegmentGroup, decoded: readonly Decoded[]): KeptGroup | undefined {
    const lead = decoded.find(({ facts }) => facts === leader)?.segment
    if (lead === undefined) return undefined
    const isContinued = follows(this.#last, leader)
    const from = isContinued ? 0 : this.#beginAt(lead)
    const first = lead.frames[from]
    if (first === undefined) return undefined
    this.#last = leader
    const tracks = decoded.map(({ segment }) => (segment === lead ? lead.frames.slice(from) : (segment?.frames ?? [])))
    const begin = (1000 * first.dts) / lead.timescale
    return { frames: inOrder(tracks.flat()), follows: isContinued, begin }
  }

  /** Where the first segment, or one behind a gap, begins: at a key frame. -1 if it has none. */
  #beginAt(lead: KeptSegment): number {
    const key = this.#last === undefined ? keyFrameAt(lead, this.#at) : -1
    return key === -1 ? lead.frames.findIndex(({ isKey }) => isKey) : key
  }
}

type Decoded = { readonly facts: ArchivedSegment; readonly segment: KeptSegment | undefined }

/** True if it has as many tracks as the group before, in the same period. */
function isLike({ leader, segments }: SegmentGroup, before: SegmentGroup | undefined): boolean {
  return before?.leader.period === leader.period && segments.length >= before.segments.length
}

function follows(before: ArchivedSegment | undefined, after: ArchivedSegment): boolean {
  return before !== undefined && before.period === after.period && before.position + 1 === after.position
}

/** The last key frame that is decoded at a time or before; -1 if there is none. */
function keyFrameAt({ frames, timescale }: KeptSegment, time: Milliseconds): number {
  // Players are told times in milliseconds: it may be so much behind.
  return frames.findLastIndex(({ isKey, dts }) => isKey && (dts / timescale) * 1000 <= time + 1)
}

/** Each track is in order already. */
function inOrder(frames: readonly Frame[]): readonly Frame[] {
  const seconds = ({ dts, track }: Frame): number => dts / track.timescale
  return frames.toSorted((a, b) => seconds(a) - seconds(b))
}
