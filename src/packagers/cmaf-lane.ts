import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds, Ticks } from '../core/units.ts'
import { type Fragment, FragmentMuxer } from '../formats/fmp4/fragment-muxer.ts'
import type { Mp4Track } from '../formats/fmp4/mp4-track.ts'
import type { Frame } from '../media/frame.ts'
import type { Boundary, Lane } from './lane.ts'
import type { Period } from './period.ts'
import type { Rendition } from './rendition.ts'
import type { SegmentStart } from './segment.ts'

export type CmafLaneOptions = {
  readonly rendition: Rendition
  readonly period: Period
  readonly track: Mp4Track
  /** The stream's time at the Unix epoch, as far as this period is concerned. */
  readonly origin: Milliseconds
  /** Longest time in one part; 0 for one part a segment. */
  readonly longestPart: Milliseconds
  readonly first: Boundary
}

/**
 * One track in CMAF: a part is one chunk, that is one movie fragment.
 *
 * A frame goes into a part when the next one has come, because only then it is known how long it lasts.
 *
 * @see ISO/IEC 23000-19 §7.3.2.3 (CMAF chunk), §7.3.3.1 (CMAF segment)
 */
export class CmafLane implements Lane {
  readonly #options: CmafLaneOptions
  readonly #muxer: FragmentMuxer
  #current: Boundary
  #next: Boundary | undefined
  /** Decode times of the frame that begins the part, and of the newest frame. */
  #partStart: Ticks | undefined
  #newest: Ticks = 0
  /** Where the newest part ends, in ticks of the track. */
  #end: Ticks

  constructor(options: CmafLaneOptions) {
    const { track, origin, first } = options
    this.#options = options
    this.#muxer = new FragmentMuxer([track], origin)
    this.#current = first
    this.#end = this.#ticksOf(first.time)
  }

  add({ frame, time }: PlacedFrame): void {
    this.#muxer.add(frame)
    const isLast = this.#next !== undefined && time >= this.#next.time
    if (isLast || this.#isPartComplete(frame)) this.#cut(frame)
    if (isLast) this.#turn()
    this.#partStart ??= frame.dts
    this.#newest = frame.dts
  }

  begin(boundary: Boundary): void {
    // The frame that should have ended the segment before has not come.
    if (this.#next !== undefined) {
      this.#addPart(this.#muxer.cut())
      this.#turn()
    }
    this.#next = boundary
  }

  end(time: Milliseconds): void {
    this.#addPart(this.#muxer.end())
    this.#turn()
    const missing = Math.max(0, this.#ticksOf(time) - this.#end)
    this.#options.rendition.complete(this.#startAt(this.#end), missing)
  }

  /** True if the part would be too long with one more frame. */
  #isPartComplete({ dts, track }: Frame): boolean {
    const { longestPart } = this.#options
    if (longestPart === 0 || this.#partStart === undefined) return false
    const longest = (longestPart * track.timescale) / 1000
    return dts - this.#partStart + (dts - this.#newest) > longest
  }

  /** All frames before this one make a part. */
  #cut({ dts }: Frame): void {
    this.#addPart(this.#muxer.cut())
    this.#partStart = dts
  }

  #addPart(fragment: Fragment | undefined): void {
    const [run] = fragment?.runs ?? []
    if (fragment === undefined || run === undefined) return
    const duration: Ticks = run.samples.reduce((sum, sample) => sum + sample.duration, 0)
    const isIndependent = run.samples.some(({ isSync }) => isSync)
    const part = { bytes: fragment.bytes, duration, frames: run.samples.length, isIndependent }
    this.#options.rendition.addPart(this.#startAt(run.decodeTime), part)
    this.#end = run.decodeTime + duration
  }

  /** Go on in the next segment. */
  #turn(): void {
    const next = this.#next
    if (next === undefined) return
    const missing = Math.max(0, this.#ticksOf(next.time) - this.#end)
    const hasMedia = this.#options.rendition.complete(this.#startAt(this.#end), missing)
    if (!hasMedia) this.#end += missing
    this.#current = next
    this.#next = undefined
  }

  #startAt(time: Ticks): SegmentStart {
    const { period, track } = this.#options
    return { number: this.#current.number, period, timescale: track.timescale, time }
  }

  #ticksOf(time: Milliseconds): Ticks {
    return Math.round(((time - this.#options.origin) * this.#options.track.timescale) / 1000)
  }
}
