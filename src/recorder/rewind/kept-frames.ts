import type { ArchivedSegment, StreamArchive } from '../../contracts/segments.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import { groupSegments, type SegmentGroup, spanOf } from '../dvr/segment-window.ts'
import { type KeptSegment, KeptTracks } from './kept-tracks.ts'
import { ViewerClock } from './viewer-clock.ts'

/** So far back a key frame is looked for: the longest that a segment can be. */
const longestLookBack: Milliseconds = 60_000
/** How much is looked up at once; where there is nothing in that, ever more. */
const lookAhead: Milliseconds = 20_000

/**
 * The frames of a stream that are kept, from the newest key frame at a time or before on, segment by segment. Their times
 * count from that key frame, and gaps are left out.
 */
export class KeptFrames {
  readonly kept: KeptTracks
  readonly clock = new ViewerClock()
  readonly #archive: StreamArchive
  #at: Milliseconds
  /** Looked up, and not read. */
  #groups: SegmentGroup[] = []
  /** The newest that was read. */
  #last: ArchivedSegment | undefined
  /** When the first frame was, by the clock on the wall. */
  #began: Milliseconds | undefined

  constructor(archive: StreamArchive, at: Milliseconds) {
    this.#archive = archive
    this.kept = new KeptTracks(archive)
    this.#at = at
  }

  /** Of what was read last. */
  get period(): number | undefined {
    return this.#last?.period
  }

  /** How much earlier than asked for the first frame is. */
  get lead(): Milliseconds {
    return Math.max(0, this.#at - (this.#began ?? this.#at))
  }

  /** Up to when there is something, by the clock on the wall. */
  get end(): Milliseconds {
    return this.#last === undefined ? 0 : spanOf(this.#last).to
  }

  /** The next frames in the order of their times; `undefined` if nothing more is kept now. */
  async next(): Promise<readonly Frame[] | undefined> {
    if (this.#groups.length === 0) this.#groups = await this.#lookUp()
    for (let group = this.#groups[0]; group !== undefined; group = this.#groups[0]) {
      if (!this.#isWhole(group)) return undefined
      this.#groups.shift()
      const frames = await this.#read(group)
      if (frames !== undefined) return frames
    }
    return undefined
  }

  async #lookUp(): Promise<SegmentGroup[]> {
    const last = this.#last
    if (last === undefined) return this.#firstGroups()
    const newest = this.#archive.span?.to ?? 0
    const from = spanOf(last).to - lookAhead
    for (let ahead = lookAhead; ; ahead *= 10) {
      const to = spanOf(last).to + ahead
      const groups = groupSegments(await this.#archive.segments({ from, to }))
      const later = groups.filter(({ number }) => number > last.number)
      if (later.length > 0 || to > newest) return later
    }
  }

  /** From the segment with the key frame on. */
  async #firstGroups(): Promise<SegmentGroup[]> {
    for (let ahead = lookAhead; ; ahead *= 10) {
      const span = { from: this.#at - longestLookBack, to: this.#at + ahead }
      const groups = groupSegments(await this.#archive.segments(span))
      const wanted = groups.findIndex(({ leader }) => spanOf(leader).to > this.#at)
      if (wanted !== -1) return groups.slice(await this.#keyGroup(groups, wanted))
      if (span.to > (this.#archive.span?.to ?? 0)) return groups.slice(-1)
    }
  }

  /** Back to a key frame, as far as nothing is missing in between. */
  async #keyGroup(groups: readonly SegmentGroup[], wanted: number): Promise<number> {
    for (let i = wanted; i >= 0; i--) {
      const group = groups[i]
      // Apart from what is played: tracks are read forwards only.
      const read = group && (await new KeptTracks(this.#archive).read(group.leader))
      if (group === undefined || read === undefined) return wanted
      if (keyFrameAt(read, this.#at) !== -1) return i
      if (!follows(groups[i - 1]?.leader, group.leader)) return wanted
    }
    return wanted
  }

  /** Sound is kept a moment later than the picture. What has a successor, or none that will come, is whole. */
  #isWhole({ number, segments, leader }: SegmentGroup): boolean {
    const { isGrowing, numbers } = this.#archive
    if (!isGrowing || (numbers?.last ?? 0) > number) return true
    return segments.length >= this.kept.tracks.list.length && leader.period === this.#last?.period
  }

  async #read({ leader, segments }: SegmentGroup): Promise<readonly Frame[] | undefined> {
    const isContinued = follows(this.#last, leader)
    const lead = await this.kept.read(leader)
    if (lead === undefined) return undefined
    const from = isContinued ? 0 : this.#beginAt(lead, leader)
    if (from === -1) return undefined
    this.#last = leader
    const tracks: KeptSegment[] = [{ ...lead, frames: lead.frames.slice(from) }]
    for (const segment of segments) {
      const read = segment === leader ? undefined : await this.kept.read(segment)
      if (read !== undefined) tracks.push(read)
    }
    return inOrder(tracks.flatMap(track => this.#placed(track)))
  }

  /** Where the first segment, or one behind a gap, begins: at a key frame, which comes when what was before it ends. */
  #beginAt(lead: KeptSegment, leader: ArchivedSegment): number {
    const isFirst = this.#last === undefined
    const key = isFirst ? keyFrameAt(lead, this.#at) : -1
    const from = key === -1 ? lead.frames.findIndex(({ isKey }) => isKey) : key
    const frame = lead.frames[from]
    if (frame === undefined) return -1
    const viewer = this.#last === undefined ? 0 : this.clock.of(this.#endOfLast(leader.timescale), leader.timescale)
    this.clock.set(frame.dts, viewer, leader.timescale)
    this.#began ??= (frame.dts / leader.timescale) * 1000
    return from
  }

  #endOfLast(timescale: number): number {
    const { time, duration, timescale: own } = this.#last ?? { time: 0, duration: 0, timescale: 1 }
    const end = time + duration
    return own === timescale ? end : Math.round((end / own) * timescale)
  }

  /** What would come before all that has come is left out. */
  #placed({ frames, timescale }: KeptSegment): readonly Frame[] {
    return frames.flatMap(frame => {
      const dts = this.clock.of(frame.dts, timescale)
      return dts < 0 ? [] : [{ ...frame, dts, pts: dts + frame.pts - frame.dts }]
    })
  }
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
