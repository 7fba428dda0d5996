import { ProtocolError } from '../../core/errors.ts'
import { containerHeadSize, containerOf } from '../../formats/container.ts'
import { accessTo, Mp4Reader } from '../../formats/fmp4/mp4-reader.ts'
import { TsToFrames, tsClock } from '../../formats/mpegts/ts-to-frames.ts'
import type { LeftOutTrack } from '../../media/left-out-track.ts'
import { Timeline, type TimelineLimits } from '../../media/timeline.ts'
import type { HlsFrame } from './hls-frame.ts'
import type { LoadedSegment } from './segment-loader.ts'

/** Times of transport streams are kept as they are, past the end of their clock: where they jump is for others to see. */
const asTold: TimelineLimits = { forward: Number.POSITIVE_INFINITY, backward: Number.POSITIVE_INFINITY }

/** Reads the segments of one rendition: MPEG-TS, or fragmented MP4 with an initialisation segment. */
export class SegmentFrames {
  readonly #onLeftOut: (track: LeftOutTrack) => void
  #transport: TsToFrames | undefined
  #movie: { readonly init: Uint8Array; readonly reader: Mp4Reader } | undefined

  constructor(onLeftOut: (track: LeftOutTrack) => void) {
    this.#onLeftOut = onLeftOut
  }

  /** The frames that are whole with this segment. @throws {ProtocolError} If it is none that we can read. */
  async *read(segment: LoadedSegment): AsyncGenerator<HlsFrame> {
    const { bytes, init } = segment
    if (init !== undefined) return yield* this.#readFragments(bytes, init)
    if (containerOf(bytes.subarray(0, containerHeadSize)) !== 'mpegts') throw unknownSegment()
    this.#transport ??= new TsToFrames(new Timeline(asTold, tsClock))
    for (const frame of this.#transport.push(bytes)) yield { frame, tracks: this.#transport.tracks }
  }

  /** What follows is not the continuation of what was before. @returns Frames that are whole because of that. */
  *end(): Generator<HlsFrame> {
    const transport = this.#transport
    this.#transport = undefined
    for (const frame of transport?.flush() ?? []) yield { frame, tracks: transport?.tracks ?? [] }
  }

  async *#readFragments(bytes: Uint8Array, init: Uint8Array): AsyncGenerator<HlsFrame> {
    const { reader } = this.#movie?.init === init ? this.#movie : await this.#open(init)
    for await (const frame of reader.framesOfSegment(accessTo(bytes))) yield { frame, tracks: reader.tracks }
  }

  async #open(init: Uint8Array): Promise<{ readonly reader: Mp4Reader }> {
    const reader = await Mp4Reader.open(accessTo(init))
    reader.leftOut.forEach(this.#onLeftOut)
    this.#movie = { init, reader }
    return this.#movie
  }
}

function unknownSegment(): ProtocolError {
  const rule = 'its segments are MPEG-TS, or MP4 with an initialisation segment (EXT-X-MAP)'
  return new ProtocolError('hls', 'unsupported', `Cannot play playlist: ${rule}`)
}
