import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds, Ticks } from '../core/units.ts'
import { type Fragment, FragmentMuxer } from '../formats/fmp4/fragment-muxer.ts'
import { type Mp4Track, trackIdOf } from '../formats/fmp4/mp4-track.ts'
import { encodeProducerReferenceTime } from '../formats/fmp4/producer-reference-time.ts'
import type { SampleRun } from '../formats/fmp4/sample.ts'
import type { Frame } from '../media/frame.ts'
import type { Boundary, Lane } from './lane.ts'
import { LaneEvents } from './lane-events.ts'
import type { Period } from './period.ts'
import type { Rendition } from './rendition.ts'
import type { SegmentStart } from './segment.ts'

export type CmafLaneOptions = {
  readonly rendition: Rendition
  readonly period: Period
  /** Whose frames are counted and say where parts begin. */
  readonly leader: Mp4Track
  /** Tracks in the same fragments. */
  readonly others: readonly Mp4Track[]
  /** The stream's time at the Unix epoch, as far as this period is concerned. */
  readonly origin: Milliseconds
  /** Longest time in one part; 0 for one part a segment. */
  readonly longestPart: Milliseconds
  readonly first: Boundary
}

/**
 * One track in CMAF, or several in one: a part is one chunk, that is one movie fragment. What is to be told to whoever plays stands in front
 * of the fragment that was being made when it came, and where there are several parts, when their first frame came.
 *
 * A frame goes into a part when the next one has come, because only then it is known how long it lasts.
 *
 * @see ISO/IEC 23000-19 §7.3.2.3 (CMAF chunk), §7.3.3.1 (CMAF segment), §7.4.5 (event messages)
 */
export class CmafLane implements Lane {
  readonly #options: CmafLaneOptions
  readonly #muxer: FragmentMuxer
  #current: Boundary
  #next: Boundary | undefined
  /** Decode time of the frame that begins the part, and when it came. */
  #partStart: Ticks | undefined
  #partWall: Milliseconds = 0
  /** The same of the newest frame. */
  #newest: Ticks = 0
  #newestWall: Milliseconds = 0
  readonly #events: LaneEvents
  readonly #leading = (runs: readonly SampleRun[]): readonly Uint8Array[] => this.#takeLeading(runs)
  /** Where the newest part ends, in ticks of the leader. */
  #end: Ticks

  constructor(options: CmafLaneOptions) {
    const { leader, others, origin, first, period } = options
    this.#options = options
    this.#muxer = new FragmentMuxer([leader, ...others], origin)
    this.#events = new LaneEvents({ origin, timescale: leader.timescale }, period.start)
    this.#current = first
    this.#end = this.#ticksOf(first.time)
  }

  add({ frame, time }: PlacedFrame, wall: Milliseconds): void {
    if (frame.track.kind === 'data') return this.#tell(frame)
    this.#muxer.add(frame)
    if (trackIdOf(frame.track) !== this.#options.leader.trackId) return
    const isLast = this.#next !== undefined && time >= this.#next.time
    const isComplete = this.#isPartComplete(frame)
    this.#newest = frame.dts
    this.#newestWall = wall
    if (isLast || isComplete) this.#cut()
    if (isLast) this.#turn()
    if (this.#partStart === undefined) this.#beginPart()
  }

  begin(boundary: Boundary): void {
    // The frame that should have ended the segment before has not come.
    if (this.#next !== undefined) {
      this.#cut()
      this.#turn()
    }
    this.#next = boundary
  }

  end(time: Milliseconds): void {
    this.#addPart(this.#muxer.end(this.#leading))
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

  /** All frames before the newest one make a part. */
  #cut(): void {
    this.#addPart(this.#muxer.cut(this.#leading))
    this.#beginPart()
  }

  /** With the newest frame. */
  #beginPart(): void {
    this.#partStart = this.#newest
    this.#partWall = this.#newestWall
  }

  #tell(frame: Frame): void {
    const scheme = this.#events.add(frame)
    if (scheme !== undefined) this.#options.rendition.noteEvents(scheme)
  }

  #takeLeading(runs: readonly SampleRun[]): readonly Uint8Array[] {
    const events = this.#events.take()
    const run = this.#runOf(runs)
    if (this.#options.longestPart === 0 || run === undefined) return events
    const { trackId, decodeTime: mediaTime } = run
    return [encodeProducerReferenceTime({ trackId, wall: this.#partWall, mediaTime }), ...events]
  }

  #runOf(runs: readonly SampleRun[]): SampleRun | undefined {
    return runs.find(({ trackId }) => trackId === this.#options.leader.trackId)
  }

  #addPart(fragment: Fragment | undefined): void {
    const run = this.#runOf(fragment?.runs ?? [])
    if (fragment === undefined || run === undefined) return
    const duration: Ticks = run.samples.reduce((sum, sample) => sum + sample.duration, 0)
    const part = {
      ...{ bytes: fragment.bytes, duration, frames: run.samples.length },
      isIndependent: run.samples.some(({ isSync }) => isSync),
      isEntry: run.samples[0]?.isSync === true,
    }
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
    const { period, leader } = this.#options
    return { number: this.#current.number, period, timescale: leader.timescale, time }
  }

  #ticksOf(time: Milliseconds): Ticks {
    return Math.round(((time - this.#options.origin) * this.#options.leader.timescale) / 1000)
  }
}
