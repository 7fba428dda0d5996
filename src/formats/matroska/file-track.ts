import { reorderDepth } from '../../codecs/reorder-depth.ts'
import { describedByFrame } from '../../codecs/track-facts.ts'
import { rescale } from '../../core/time.ts'
import type { Ticks } from '../../core/units.ts'
import type { Track } from '../../media/track.ts'
import type { TrackSet } from '../../media/track-set.ts'
import { hasDelimiter, temporalDelimiter } from '../flv/temporal-delimiter.ts'
import { mediaTimescale } from '../fmp4/mp4-track.ts'
import { type SoundDuration, soundDurationOf } from '../fmp4/sound-duration.ts'
import { restoreHeader } from './content-encoding.ts'
import { DecodeTimes, type ToldOrder } from './decode-times.ts'
import type { TrackEntry } from './decode-track-entry.ts'

const nanosecondsPerSecond = 1_000_000_000

/** A frame of a block, in its place. */
export type FileFrame = {
  readonly fileTrack: FileTrack
  readonly track: Track
  readonly pts: Ticks
  readonly isKey: boolean
  readonly payload: Uint8Array
}

/** A track of a file while it is read: frames of blocks become payloads with times. */
export class FileTrack {
  /** Where pictures may be shown in another order than decoded; Matroska tells when they are shown. */
  readonly decodeTimes: DecodeTimes | undefined
  readonly #entry: TrackEntry
  readonly #tracks: TrackSet
  readonly #codecDelay: Ticks
  readonly #soundDuration: SoundDuration
  #track: Track

  /** @param tracks That `track` is in, for its next generations. */
  constructor(entry: TrackEntry, track: Track, tracks: TrackSet) {
    this.#entry = entry
    this.#track = track
    this.#tracks = tracks
    this.#codecDelay = this.#ticksOf(entry.codecDelay)
    this.#soundDuration = soundDurationOf(track)
    this.decodeTimes = reordersPictures(track) ? new DecodeTimes(this.#toldOrder()) : undefined
  }

  get isVideo(): boolean {
    return this.#track.kind === 'video'
  }

  /** The frames of one block, of which the first is at `time`. Empty ones are left out. */
  frames(payloads: readonly Uint8Array[], isKey: boolean, time: Ticks): readonly FileFrame[] {
    const frames: FileFrame[] = []
    let offset: Ticks = 0
    for (const stored of payloads) {
      const payload = this.#payloadOf(stored)
      if (payload.length === 0) continue
      frames.push(this.#frame(payload, isKey, time - this.#codecDelay + Math.round(offset)))
      if (payloads.length > 1) offset += this.#durationOf(payload)
    }
    return frames
  }

  #frame(payload: Uint8Array, isKey: boolean, pts: Ticks): FileFrame {
    const described = describedByFrame(this.#track, payload, isKey)
    if (described !== this.#track) this.#track = this.#tracks.put(described)
    this.decodeTimes?.tell(pts)
    return { fileTrack: this, track: this.#track, pts, isKey: isKey || this.#track.kind === 'audio', payload }
  }

  #payloadOf(stored: Uint8Array): Uint8Array {
    const { strippedHeader, codec } = this.#entry
    const whole = strippedHeader === undefined ? stored : restoreHeader(strippedHeader, stored)
    return codec === 'av1' && hasDelimiter(whole) ? whole.subarray(temporalDelimiter.length) : whole
  }

  #toldOrder(): ToldOrder {
    const { codec, config, timescale, video } = this.#track
    const { defaultDuration } = this.#entry
    const depth = config && reorderDepth(codec, config)
    if (defaultDuration !== undefined) return { depth, step: (defaultDuration * timescale) / nanosecondsPerSecond }
    return { depth, step: video?.frameRate && timescale / video.frameRate }
  }

  /** Of a frame in a lace, in ticks that need not be whole. The next frame of the lace begins behind it. */
  #durationOf(payload: Uint8Array): number {
    const { defaultDuration } = this.#entry
    const { timescale } = this.#track
    if (defaultDuration !== undefined) return (defaultDuration * timescale) / nanosecondsPerSecond
    return ((this.#soundDuration(payload) ?? 0) * timescale) / mediaTimescale(this.#track)
  }

  #ticksOf(nanoseconds: number): Ticks {
    return rescale(nanoseconds, nanosecondsPerSecond, this.#track.timescale)
  }
}

/** VP8, VP9 and AV1 hide what is shown later inside of a frame that is shown now. */
function reordersPictures({ codec }: Track): boolean {
  return codec === 'h264' || codec === 'h265' || codec === 'h266'
}
