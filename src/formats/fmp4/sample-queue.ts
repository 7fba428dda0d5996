import { rescale } from '../../core/time.ts'
import type { Milliseconds, Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { roundingOf } from './composition-delay.ts'
import type { Mp4Track } from './mp4-track.ts'
import type { Sample, SampleRun } from './sample.ts'
import { type SoundDuration, soundDurationOf } from './sound-duration.ts'

/** How long a picture is shown that is the only one and whose track does not tell a frame rate: at 25 per second. */
const lonePictureMs: Milliseconds = 40
/** What 32 bits can say. */
const longestDuration: Ticks = 0xffffffff
/** The same of composition offsets, which have a sign. */
const longestOffset: Ticks = 0x7fffffff
const nanosecondsPerSecond = 1_000_000_000

/** A frame whose duration is not known yet. */
type Held = { readonly frame: Frame; readonly decodeTime: Ticks; readonly compositionOffset: Ticks }

/**
 * The frames of one track on their way into fragments. Their times are those of the stream, moved on by the composition
 * delay of the track.
 *
 * A sample lasts until the next one begins, so the newest frame is held back until its successor comes. At the end it
 * lasts as long as its sound says, or as the sample before it, or as the frame rate that the track tells.
 *
 * A frame that is told to be decoded later than it is shown is decoded when it is shown, as far as the frame before it
 * lets it: FFmpeg takes a negative composition offset for a delay of the whole track.
 *
 * A key frame, with which a segment may begin, is decoded earlier than it is seen by the composition delay exactly, and not
 * by that of two times that were rounded: so the segment is decoded from the moment on at which it is seen first.
 *
 * Sound is placed sample behind sample: times that came in milliseconds say no better where it is. A told time that is
 * off by more than its own unit, which is a gap or a clock that drifts, is taken as it is.
 */
export class SampleQueue {
  readonly #track: Mp4Track
  /** The stream's time at time 0 of the fragments. */
  readonly #origin: Ticks
  #samples: Sample[] = []
  /** Of the first of `#samples`. */
  #decodeTime: Ticks = 0
  #held: Held | undefined
  /** Of the newest sample. */
  #end: Ticks = 0
  #lastDuration: Ticks | undefined
  /** The generation of the track that `#soundDuration` knows. */
  #generation: Track | undefined
  #soundDuration: SoundDuration = () => undefined

  constructor(track: Mp4Track, origin: Milliseconds) {
    this.#track = track
    this.#origin = rescale(origin as number, 1000, track.timescale) - track.compositionDelay
  }

  /** True if there is a sample whose duration is known. */
  get isEmpty(): boolean {
    return this.#samples.length === 0
  }

  /** Keeps the frame's payload until it is taken. */
  add(frame: Frame): void {
    this.#prepare(frame.track)
    const held = this.#held
    const seen = this.#presentationOf(frame)
    const told = Math.max(this.#end, Math.min(this.#toldTime(frame, seen), Number.MAX_SAFE_INTEGER))
    const decodeTime = held === undefined ? told : this.#timeBehind(held, told, frame.track)
    if (held !== undefined) this.#settle(held, decodeTime - held.decodeTime)
    this.#held = { frame, decodeTime, compositionOffset: this.#compositionOffset(seen, decodeTime) }
  }

  /** All samples whose duration is known. */
  take(): SampleRun | undefined {
    return this.#takeUntil(this.#samples.length)
  }

  /** All of them but the newest. */
  takeAllButOne(): SampleRun | undefined {
    return this.#takeUntil(this.#samples.length - 1)
  }

  /**
   * Nothing more comes for now: the newest frame becomes a sample. What comes later goes into another run, so all samples
   * have to be taken before.
   */
  end(): void {
    if (this.#held === undefined) return
    this.#settle(this.#held, this.#lastingOf(this.#held.frame))
    this.#held = undefined
  }

  #takeUntil(count: number): SampleRun | undefined {
    if (count <= 0) return undefined
    const run = { trackId: this.#track.trackId, decodeTime: this.#decodeTime, samples: this.#samples.slice(0, count) }
    this.#samples = this.#samples.slice(count)
    this.#decodeTime = this.#samples.reduce((start, { duration }) => start - duration, this.#end)
    return run
  }

  #prepare(track: Track): void {
    if (track === this.#generation) return
    this.#generation = track
    this.#soundDuration = soundDurationOf(track)
  }

  /** Where a frame belongs that is told to be at `told` and follows `held`. */
  #timeBehind(held: Held, told: Ticks, track: Track): Ticks {
    const sound = this.#soundDuration(held.frame.payload)
    const expected = sound === undefined ? undefined : held.decodeTime + sound
    if (expected !== undefined && Math.abs(told - expected) <= this.#uncertainty(track)) return expected
    return Math.max(held.decodeTime, told)
  }

  /** How far two told times may be off although nothing is wrong: each is rounded to its own ticks. */
  #uncertainty({ timescale }: Track): Ticks {
    return timescale >= this.#track.timescale ? 0 : Math.ceil(this.#track.timescale / timescale) + 1
  }

  #ticksOf({ track }: Frame, time: Ticks): Ticks {
    return rescale(time, track.timescale, this.#track.timescale)
  }

  #presentationOf(frame: Frame): Ticks {
    const nanoTicks = Math.round(((frame.nanoOffset ?? 0) * this.#track.timescale) / nanosecondsPerSecond)
    return this.#ticksOf(frame, frame.pts) - this.#origin + nanoTicks
  }

  /** When a frame is to be decoded that is to be seen at `seen`. */
  #toldTime(frame: Frame, seen: Ticks): Ticks {
    const { handler, timescale, compositionDelay } = this.#track
    const told = this.#ticksOf(frame, Math.min(frame.dts, frame.pts)) - this.#origin
    if (handler === 'soun' || !frame.isKey) return told
    const meant = seen - compositionDelay
    return Math.abs(meant - told) <= roundingOf(frame.track, timescale) ? meant : told
  }

  /** From where a frame is placed to where it is told to be seen, as far as 32 bits say. Sound has none. */
  #compositionOffset(seen: Ticks, decodeTime: Ticks): Ticks {
    if (this.#track.handler === 'soun') return 0
    return Math.max(-longestOffset, Math.min(longestOffset, seen - decodeTime))
  }

  /** A pause that 32 bits cannot say is cut short; the run after it tells its own time. */
  #settle({ frame, decodeTime, compositionOffset }: Held, lasts: Ticks): void {
    const duration: Ticks = Math.min(lasts, longestDuration)
    if (this.#samples.length === 0) this.#decodeTime = decodeTime
    this.#samples.push({ duration, compositionOffset, isSync: frame.isKey, data: frame.payload })
    this.#lastDuration = duration
    this.#end = decodeTime + duration
  }

  #lastingOf({ track, payload }: Frame): Ticks {
    return this.#soundDuration(payload) ?? this.#lastDuration ?? this.#framePeriod(track)
  }

  #framePeriod({ video }: Track): Ticks {
    const { timescale } = this.#track
    const frameRate = video?.frameRate ?? 1000 / lonePictureMs
    return Math.round(timescale / frameRate)
  }
}
