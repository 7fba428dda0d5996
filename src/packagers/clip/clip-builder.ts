import type { TimeSpan } from '../../contracts/segments.ts'
import { rescale } from '../../core/time.ts'
import type { Bytes, Milliseconds, Ticks } from '../../core/units.ts'
import { encodeMovieHead, type MovieTrack, movieDuration } from '../../formats/fmp4/progressive-movie.ts'
import type { SegmentHead } from '../../formats/fmp4/segment-head.ts'
import type { SegmentSamples } from '../../formats/fmp4/segment-samples.ts'
import type { Clip, ClipPiece } from './clip.ts'
import { ClipTrack, keyFrameAt, presentationOf, type SampleRange } from './clip-track.ts'

/** What was read of one segment. */
export type ReadSegment = {
  readonly rendition: string
  readonly number: number
  readonly head: SegmentHead
  readonly samples: SegmentSamples
}

/** Decoders of sound need some of what was before: so much is there, and not presented. Opus wants 80 ms. RFC 7845 §4.6. */
const preRoll: Milliseconds = 100

/** Players are told times in milliseconds: a key frame may be so much behind what they ask for. */
const tolerance: Milliseconds = 1

/**
 * Puts a clip together out of segments.
 *
 * Media times count from the Unix epoch, and so do those of the clip, until time without media is left out: what follows
 * is moved up, all tracks by the same, so that sound stays with its picture.
 */
export class ClipBuilder {
  /** Of the media: what plays then is in the clip. */
  readonly #span: TimeSpan
  readonly #tracks = new Map<string, ClipTrack>()
  readonly #pieces: Omit<ClipPiece, 'at'>[] = []
  #mediaSize: Bytes = 0
  /** From media times to times of the clip, in ticks of the leader. */
  #shift: Ticks = 0
  #leader: ClipTrack | undefined
  /** When the picture is shown that plays at the beginning, in ticks of the leader. */
  #start: Ticks | undefined

  constructor(span: TimeSpan) {
    this.#span = span
  }

  /** What was before the next group is missing. */
  break(): void {
    for (const track of this.#tracks.values()) track.needsKey = true
  }

  trackOf(rendition: string): ClipTrack | undefined {
    return this.#tracks.get(rendition)
  }

  /** The next segment of the track that says where all others go on. Comes before those. Returns false if it has no key frame that is needed. */
  addLeader(segment: ReadSegment): boolean {
    const { samples, head } = segment
    const track = this.#trackFor(segment)
    const from = track.needsKey ? this.#beginningOf(segment) : 0
    const first = samples.samples[from]
    if (first === undefined) return false
    if (track.needsKey && this.#leader !== undefined) {
      this.#shift = track.tables.end - first.decodeTime
    }
    this.#leader = track
    const range = { from, to: endOf(samples, ticksOf(this.#span.to, head)) }
    this.#noteStart(segment, range)
    this.#take(track, segment, range)
    return true
  }

  /** A segment of another track. */
  addOther(segment: ReadSegment): void {
    const { samples, head } = segment
    const track = this.#trackFor(segment)
    const wanted = this.#tickShift(head)
    const begin = track.tables.count === 0 ? ticksOf(this.#span.from - preRoll, head) : track.tables.end - wanted
    const to = endOf(samples, ticksOf(this.#span.to, head))
    const isLate = (_: unknown, i: number): boolean => middleOf(samples, i) > begin
    const from =
      track.isPicture && track.needsKey
        ? samples.samples.findIndex(({ isSync }) => isSync)
        : samples.samples.findIndex(isLate)
    if (from !== -1) this.#take(track, segment, { from, to })
  }

  /** `undefined` if there is nothing. @param told What is kept of the span that was asked for. */
  build(told: TimeSpan): Clip | undefined {
    const [leader, first] = [this.#leader, this.#start]
    if (leader === undefined || first === undefined) return undefined
    // Sound may have come first, from before the first picture.
    const tracks = [leader, ...[...this.#tracks.values()].filter(track => track !== leader && track.tables.count > 0)]
    const start = leader.isPicture ? first : Math.max(ticksOf(this.#span.from, leader.head), first)
    const span = { start, end: ticksOf(this.#span.to, leader.head) + this.#shift, timescale: leader.head.timescale }
    const described = tracks.map(track => describe(track, span)).filter(track => track !== undefined)
    const head = encodeMovieHead(
      described.map((track, i) => ({ ...track, trackId: i + 1 })),
      this.#mediaSize,
    )
    let at = head.length
    const pieces = this.#pieces.map(piece => {
      const placed = { ...piece, at }
      at += piece.size
      return placed
    })
    return { head, pieces, size: at, span: told }
  }

  #trackFor({ rendition, head }: ReadSegment): ClipTrack {
    const known = this.#tracks.get(rendition)
    if (known !== undefined) return known
    const track = new ClipTrack(rendition, head)
    this.#tracks.set(rendition, track)
    return track
  }

  /** The key frame that the clip, or what is behind a gap, begins with. */
  #beginningOf({ samples, head }: ReadSegment): number {
    if (head.handler === 'soun') {
      const begin = this.#leader === undefined ? ticksOf(this.#span.from - preRoll, head) : 0
      return samples.samples.findIndex((_, i) => middleOf(samples, i) > begin)
    }
    const wanted = this.#leader === undefined ? keyFrameAt(samples, ticksOf(this.#span.from + tolerance, head)) : -1
    return wanted === -1 ? samples.samples.findIndex(({ isSync }) => isSync) : wanted
  }

  #take(track: ClipTrack, { rendition, number, samples, head }: ReadSegment, range: SampleRange): void {
    const parts = track.take(samples, range, this.#mediaSize, this.#tickShift(head))
    const size = parts.reduce((sum, { start, end }) => sum + end - start, 0)
    if (size === 0) return
    this.#pieces.push({ rendition, number, size, parts })
    this.#mediaSize += size
  }

  /**
   * A clip begins with a whole picture, that which is shown at its time: FFmpeg puts the first one at 0 wherever it is,
   * and would move it against the sound.
   */
  #noteStart({ samples, head }: ReadSegment, { from, to }: SampleRange): void {
    const wanted = ticksOf(this.#span.from + tolerance, head)
    for (const sample of samples.samples.slice(from, to)) {
      const shown = presentationOf(sample)
      if (this.#start === undefined || (shown <= wanted && shown > this.#start)) this.#start = shown
    }
  }

  #tickShift({ timescale }: SegmentHead): Ticks {
    return this.#leader === undefined ? 0 : rescale(this.#shift, this.#leader.head.timescale, timescale)
  }
}

/** Times since 1970 in ticks, multiplied, are more than numbers can say exactly. */
export function ticksOf(time: Milliseconds, { timescale }: SegmentHead): Ticks {
  const seconds = Math.floor(time / 1000)
  return seconds * timescale + Math.round(((time - 1000 * seconds) * timescale) / 1000)
}

/** Where in a segment what is presented before a time ends, with all that it is decoded with. */
function endOf({ samples }: SegmentSamples, time: Ticks): number {
  return samples.findLastIndex(sample => presentationOf(sample) < time) + 1
}

/** Of a sample. Times are rounded where segments meet, so its beginning does not tell. */
function middleOf({ samples, end }: SegmentSamples, index: number): Ticks {
  const start = samples[index]?.decodeTime ?? end
  return (start + (samples[index + 1]?.decodeTime ?? end)) / 2
}

/** Of a clip, in ticks of its leader. */
type Presentation = { readonly start: Ticks; readonly end: Ticks; readonly timescale: number }

/** `undefined` if nothing of the track is presented. */
function describe(track: ClipTrack, { start, end, timescale }: Presentation): Omit<MovieTrack, 'trackId'> | undefined {
  const { head, tables } = track
  const first = (tables.first?.decodeTime ?? 0) + (tables.first?.compositionOffset ?? 0)
  const begin = rescale(start, timescale, head.timescale)
  const from = Math.max(begin, first)
  const to = Math.min(tables.presentationEnd, rescale(end, timescale, head.timescale))
  if (to <= from) return undefined
  const pause: Milliseconds = Math.round((1000 * (from - begin)) / head.timescale)
  return { head, tables, edit: { pause, from, duration: movieDuration(to - from, head.timescale) } }
}
