import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { TrackSet } from '../../media/track-set.ts'
import { requireBox } from './decode-box.ts'
import { decodeTrackBox, FileTrack } from './file-track.ts'
import { movieTimescale } from './movie-boxes.ts'
import { decodeSegmentHead, type SegmentHead } from './segment-head.ts'
import { decodeSegmentSamples } from './segment-samples.ts'

/** The frames of a segment, with the times that it tells. */
export type SegmentFrames = {
  readonly frames: readonly Frame[]
  /** Where the last one ends. */
  readonly end: Ticks
}

/** Turns the segments of one track, which all need the same initialisation segment, into frames. */
export class SegmentFrameReader {
  readonly #head: SegmentHead
  readonly #track: FileTrack

  /**
   * Puts the track among the others, in its next generation.
   *
   * @param init The initialisation segment.
   * @param place Of the track among the others.
   * @throws {ProtocolError}
   */
  constructor(init: Uint8Array, place: { readonly id: number; readonly index: number }, tracks: TrackSet) {
    this.#head = decodeSegmentHead(init)
    const box = decodeTrackBox(requireBox(init, 'moov', 'trak'), movieTimescale)
    if ('reason' in box) throw new ProtocolError('mp4', 'unsupported', `Cannot read MP4 track: ${box.reason}`)
    // The samples come with the times of the stream already.
    this.#track = new FileTrack({ ...box, shift: 0 }, place.id, place.index, tracks)
  }

  get timescale(): number {
    return this.#head.timescale
  }

  /** The payloads are views of the segment. @throws {ProtocolError} */
  read(segment: Uint8Array): SegmentFrames {
    const { samples, end } = decodeSegmentSamples(this.#head, segment)
    this.#track.expect(samples.reduce((least, { compositionOffset }) => Math.min(least, compositionOffset), 0))
    const whole = samples.filter(({ at, size }) => at >= 0 && size > 0 && at + size <= segment.length)
    const frames = whole.map(sample => this.#track.frame(sample, segment.subarray(sample.at, sample.at + sample.size)))
    return { frames: frames.filter(frame => frame !== undefined), end }
  }
}
