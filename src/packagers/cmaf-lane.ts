import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds, Ticks } from '../core/units.ts'
import { type Fragment, FragmentMuxer } from '../formats/fmp4/fragment-muxer.ts'
import { type Mp4Track, trackIdOf } from '../formats/fmp4/mp4-track.ts'
import { encodeProducerReferenceTime } from '../formats/fmp4/producer-reference-time.ts'
import type { SampleRun } from '../formats/fmp4/sample.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { Boundary, Lane, Moment } from './lane.ts'
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

/** Sound that stays away for so long is silent. Opus that is silent sends a frame each 400 ms. RFC 7587 §3.1.3. */
const longestSilence: Milliseconds = 500
/** A segment whose end was told waits for so long for what may still come of it. */
const longestLate: Milliseconds = 1500

/**
 * One track in CMAF, or several in one. Times are those of presentation: those at which pictures are decoded are moved on by
 * their composition delay.
 *
 * A part is one chunk, that is one movie fragment. What is to be told to whoever plays stands in front of the fragment that
 * was being made when it came, and where there are several parts, when their first frame came.
 *
 * A frame goes into a part when the next one has come, because only then it is known how long it lasts; or when other
 * tracks have gone on without it, sound for a moment and pictures into the next segment. One that lasts too long for the
 * part that it was meant for begins the next: players are told how long parts are, and no part but a single frame may be
 * longer.
 *
 * @see ISO/IEC 23000-19 §7.3.2.3 (CMAF chunk), §7.3.3.1 (CMAF segment), §7.4.5 (event messages)
 */
export class CmafLane implements Lane {
  readonly #options: CmafLaneOptions
  readonly #muxer: FragmentMuxer
  #current: Boundary
  #next: Boundary | undefined
  /** Decode time of the frame that begins the part, as it came, and when it came. */
  #partStart: Ticks | undefined
  #partWall: Milliseconds = 0
  /** The same of the newest frame. */
  #newest: Ticks = 0
  #newestWall: Milliseconds = 0
  /** How far the stream has come, and had come when the newest frame came: a track may lag behind others. */
  #passed: Milliseconds
  #heardAt: Milliseconds
  /** True if no frame is held back. */
  #isSilent = true
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
    this.#end = this.#ticksOf(first.presentation)
    this.#passed = first.time
    this.#heardAt = first.time
  }

  add({ frame, time }: PlacedFrame, wall: Milliseconds): void {
    if (frame.track.kind === 'data') return this.#tell(frame)
    this.#muxer.add(frame)
    this.#passed = Math.max(this.#passed, time)
    if (trackIdOf(frame.track) !== this.#options.leader.trackId) return this.pass(time)
    const isLast = this.#next !== undefined && time >= this.#next.time
    if (this.#isPartTooLong(frame)) this.#cutBeforeNewest()
    const isComplete = this.#isPartComplete(frame)
    this.#newest = frame.dts
    this.#newestWall = wall
    this.#heardAt = this.#passed
    if (isLast || isComplete) this.#cut()
    if (isLast) this.#turn()
    if (this.#partStart === undefined) this.#beginPart()
    this.#isSilent = false
  }

  pass(time: Milliseconds): void {
    this.#passed = Math.max(this.#passed, time)
    const silence = time - this.#heardAt
    const isOver = this.#next !== undefined && Math.min(silence, time - this.#next.time) >= longestLate
    if (isOver || (this.#isSound && silence >= longestSilence)) this.#fallSilent()
    if (isOver) this.#turn()
  }

  begin(boundary: Boundary): void {
    // The frame that should have ended the segment before has not come.
    if (this.#next !== undefined) {
      this.#fallSilent()
      this.#turn()
    }
    this.#next = boundary
  }

  end(moment: Moment): void {
    this.#addPart(this.#muxer.end(this.#leading))
    this.#turn()
    this.#complete(this.#isSilent ? moment : undefined)
  }

  /** The newest frame is not held back any longer. */
  #fallSilent(): void {
    if (this.#isSilent) return
    this.#addPart(this.#muxer.cutAll(this.#options.leader.trackId, this.#leading))
    this.#options.rendition.fallSilent()
    this.#partStart = undefined
    this.#isSilent = true
  }

  /** True if the newest frame has lasted so long that the part is too long with it, and it is not the only one. */
  #isPartTooLong({ dts, track }: Frame): boolean {
    if (this.#partStart === undefined || this.#partStart === this.#newest) return false
    return dts - this.#partStart > this.#longestPartOf(track)
  }

  /** True if the part would be too long with one more frame. */
  #isPartComplete({ dts, track }: Frame): boolean {
    if (this.#partStart === undefined) return false
    return dts - this.#partStart + (dts - this.#newest) > this.#longestPartOf(track)
  }

  /** Where there is one part a segment, it is as long as that. */
  #longestPartOf({ timescale }: Track): Ticks {
    const { longestPart } = this.#options
    return longestPart === 0 ? Number.POSITIVE_INFINITY : (longestPart * timescale) / 1000
  }

  /** The newest frame begins a part. */
  #cutBeforeNewest(): void {
    this.#addPart(this.#muxer.cutBeforeNewest(this.#options.leader.trackId, this.#leading))
    this.#beginPart()
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
    const end = run.decodeTime + duration
    const part = {
      ...{ bytes: fragment.bytes, duration, end, frames: run.samples.length },
      isIndependent: run.samples.some(({ isSync }) => isSync),
      isEntry: run.samples[0]?.isSync === true,
    }
    // A silence before it belongs to its segment, unless the period begins with it, or it is to be seen before its time.
    const start = this.#current === this.#options.first ? run.decodeTime : Math.min(this.#end, run.decodeTime)
    this.#options.rendition.addPart(this.#startAt(start), part)
    this.#end = end
  }

  /** Go on in the next segment. */
  #turn(): void {
    const next = this.#next
    if (next === undefined) return
    // Without the leader, what others have told so far is of no use to players.
    if (this.#isSilent) this.#muxer.cut()
    this.#complete(this.#isSilent ? next : undefined)
    this.#current = next
    this.#next = undefined
  }

  /** The segment is over: with its newest part, or later where nothing came. */
  #complete(silentUntil: Moment | undefined): void {
    const until = silentUntil === undefined ? this.#end : this.#ticksOf(this.#startOf(silentUntil))
    const missing = Math.max(0, until - this.#end)
    this.#options.rendition.complete(this.#startAt(this.#end), missing)
    this.#end += missing
  }

  get #isSound(): boolean {
    return this.#options.leader.handler === 'soun'
  }

  /** Sound begins with what comes beside the picture, which is heard before that is seen. */
  #startOf({ time, presentation }: Moment): Milliseconds {
    return this.#isSound ? time : presentation
  }

  #startAt(time: Ticks): SegmentStart {
    const { period, leader } = this.#options
    return { number: this.#current.number, period, timescale: leader.timescale, time }
  }

  #ticksOf(time: Milliseconds): Ticks {
    return Math.round(((time - this.#options.origin) * this.#options.leader.timescale) / 1000)
  }
}
