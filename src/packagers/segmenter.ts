import type { SegmentIntake } from '../contracts/segments.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { DateRange } from '../formats/m3u8/date-range.ts'
import { compareRenditions } from './file-name.ts'
import { GapLane } from './gap-lane.ts'
import { type Generation, generationOf } from './generation.ts'
import { type Moment, momentOf } from './lane.ts'
import { OpenPeriod } from './open-period.ts'
import { Opening } from './opening.ts'
import type { Period } from './period.ts'
import { Rendition } from './rendition.ts'
import type { Segment } from './segment.ts'
import { SegmentCuts } from './segment-cuts.ts'
import type { KeyFor } from './segment-keys.ts'
import { SegmentNumbers } from './segment-numbers.ts'
import { SpliceRanges } from './splice-ranges.ts'
import { leaderOf, type PlannedRendition, type StreamForm } from './stream-form.ts'
import { TargetDuration } from './target-duration.ts'

export type SegmenterSettings = {
  /** A segment ends at the first key frame that is this far behind its beginning. */
  readonly segmentDuration: Milliseconds
  /** Longest part; 0 for one part a segment. */
  readonly partDuration: Milliseconds
  /** Time that is listed. */
  readonly segmentWindow: Milliseconds
  /** Most bytes of a rendition that are kept. */
  readonly segmentMemory: Bytes
  /** How late media may be by the clock. Where they are later for good, a period begins that is told as what comes now. */
  readonly longestLag: Milliseconds
}

/** A frame as it comes out of a frame log. */
export type SequencedFrame = PlacedFrame & {
  /** One more than that of the frame before it, unless frames were dropped. */
  readonly sequence: number
}

/** Encoders round times to milliseconds: a part may be this much longer than it is meant to be. */
const partTolerance: Milliseconds = 1
/** A stream's clock that moves by more than this between two frames does not say how much time has gone by. */
const longestPause: Milliseconds = 10_000
/** Data that are held between two frames of media, which alone say when a part ends: more of them are dropped. */
const mostData: Bytes = 1024 * 1024
/** What a frame of data takes beside its payload. */
const dataOverhead: Bytes = 256
/** Segments that are listed at least. Source: RFC 8216bis §6.2.2. */
const fewestListed = 3

/**
 * Cuts a stream into segments, at key frames in media time, at the same places in all renditions.
 *
 * Pure: the wall clock is told with each frame. Media times count from the Unix epoch, anchored when a period begins, and
 * numbers begin with the seconds since then: after a restart of the server both go on from a later place, so that
 * players need not be told.
 */
export class Segmenter {
  readonly #form: StreamForm
  readonly #settings: SegmenterSettings
  #intake: SegmentIntake | undefined
  /** Makes the intake that holds from the next period on. */
  #nextIntake: (() => SegmentIntake | undefined) | undefined
  readonly #keyFor: KeyFor
  readonly #numbers = new SegmentNumbers()
  readonly #target: TargetDuration
  readonly #splices = new SpliceRanges()
  #renditions: readonly Rendition[] = []
  /** True while pictures are announced, and none has come: a period does not begin with sound alone then. */
  awaitsPictures = false
  #opening: Opening | undefined
  #open: OpenPeriod | undefined
  /** Where the open period ends, while sound comes that is heard before. */
  #ending: Moment | undefined
  #nextSequence: number | undefined
  /** Of the newest frame of media. */
  #newest: Moment = { time: 0, presentation: 0 }
  /** Data since the newest frame of media. */
  #dataSince: Bytes = 0
  #dataDropped = 0
  /** By the clock on the wall, where the newest period ends at least. */
  #end: Milliseconds

  /** @param intake Takes what is complete, and says what it took before: numbers and times go on behind that. */
  constructor(form: StreamForm, settings: SegmenterSettings, intake?: SegmentIntake, keyFor: KeyFor = () => undefined) {
    this.#form = form
    this.#settings = settings
    this.#intake = intake
    this.#keyFor = keyFor
    this.#end = intake?.newest?.end ?? 0
    this.#target = new TargetDuration(settings.segmentDuration)
  }

  /** In the order of the tracks. One that was there once stays. The same array until one is added. */
  get renditions(): readonly Rendition[] {
    return this.#renditions
  }

  /** The newest one; `undefined` as long as nothing has come that could be packaged. */
  get period(): Period | undefined {
    return this.#open?.period
  }

  /** True as long as it is not known which tracks the next period has. */
  get isOpening(): boolean {
    return this.#opening !== undefined
  }

  /** Of the cues to splice that came with the stream, as long as something is listed that they concern. */
  get dateRanges(): readonly DateRange[] {
    return this.#splices.list
  }

  /** Frames of data that came without media among them, and were more than can be held. */
  get dataDropped(): number {
    return this.#dataDropped
  }

  find(name: string): Rendition | undefined {
    return this.#renditions.find(rendition => rendition.name === name)
  }

  /** The next frame of the stream. Keeps it. @param wall When it came. */
  push(placed: SequencedFrame, wall: Milliseconds): void {
    if (placed.frame.track.kind === 'data') return this.#pushData(placed, wall)
    this.#dataSince = 0
    if (this.#isInterrupted(placed)) this.#breakOff(wall)
    this.#noteSequence(placed)
    this.#noteEnding(placed, wall)
    if (this.#open !== undefined && this.#isOfOpen(this.#open, placed)) this.#write(this.#open, placed, wall)
    else this.#collect(placed, wall)
    this.#newest = momentOf(placed)
  }

  /** What is complete is taken by another, or by nobody: from the next place on at which a period can begin. */
  handTo(createIntake: () => SegmentIntake | undefined): void {
    this.#nextIntake = createIntake
  }

  /** The publisher has left: what has come makes the last segment for now. */
  leave(wall: Milliseconds): void {
    this.#breakOff(wall)
    this.#nextSequence = undefined
  }

  /** The stream has ended. Idempotent. */
  end(wall: Milliseconds): void {
    this.stop(wall)
    for (const rendition of this.#renditions) rendition.end()
  }

  /** Nothing more is cut here, but the stream may go on: in the next run of the server. Idempotent. */
  stop(wall: Milliseconds): void {
    try {
      this.leave(wall)
    } finally {
      for (const rendition of this.#renditions) rendition.stop()
      this.#intake?.end()
    }
  }

  get #longestPart(): Milliseconds {
    const { partDuration } = this.#settings
    return partDuration === 0 ? 0 : partDuration + partTolerance
  }

  /** Data say nothing of where a period or a segment begins: they go where media are. */
  #pushData(placed: SequencedFrame, wall: Milliseconds): void {
    if (this.#hasLost(placed)) this.#breakOff(wall)
    this.#noteSequence(placed)
    this.#dataSince += placed.frame.payload.length + dataOverhead
    if (this.#dataSince > mostData) this.#dataDropped++
    else if (this.#opening !== undefined) this.#opening.add(placed)
    else if (this.#open !== undefined) this.#add(this.#open, placed, wall)
  }

  #noteSequence({ sequence }: SequencedFrame): void {
    this.#nextSequence = sequence + 1
  }

  /** True if frames were dropped before this one, or the clock has jumped: by more than a segment may have. */
  #isInterrupted(placed: SequencedFrame): boolean {
    if (this.#nextSequence === undefined) return false
    const longest = Math.min(longestPause, this.#target.longest)
    return this.#hasLost(placed) || Math.abs(placed.time - this.#newest.time) > longest
  }

  #hasLost({ sequence }: SequencedFrame): boolean {
    return this.#nextSequence !== undefined && sequence !== this.#nextSequence
  }

  /**
   * True if the period's heads do not tell the tracks that are in force now, if its times are not those of the clock any
   * more, or if another takes it. Looked at where a new one could begin.
   */
  #needsPeriod(open: OpenPeriod, { frame, isJoinPoint, tracks }: PlacedFrame, wall: Milliseconds): boolean {
    if (!isJoinPoint) return false
    if (this.#nextIntake !== undefined || open.isLate(wall)) return true
    return !open.tells(frame.track, this.#form.plan(open.heardOf(tracks), []))
  }

  /** The open period ends with the first frame of the next one. */
  #noteEnding(placed: PlacedFrame, wall: Milliseconds): void {
    if (this.#open === undefined || this.#ending !== undefined) return
    if (this.#needsPeriod(this.#open, placed, wall)) this.#ending = momentOf(placed)
  }

  /** True if a frame of media belongs into the open period: behind its end, only sound that is heard before. */
  #isOfOpen(open: OpenPeriod, { frame: { track }, time }: PlacedFrame): boolean {
    if (this.#ending === undefined) return true
    return track.kind === 'audio' && time < this.#ending.presentation && open.carries(track)
  }

  #collect(placed: PlacedFrame, wall: Milliseconds): void {
    if (this.#opening === undefined && !placed.isJoinPoint) return
    this.#opening ??= new Opening(this.#open !== undefined)
    if (this.awaitsPictures) this.#opening.awaitPictures()
    this.#opening.add(placed)
    if (this.#opening.isSettled) this.#openWhatCame(wall)
  }

  #openWhatCame(wall: Milliseconds): void {
    const frames = this.#opening?.frames ?? []
    this.#opening = undefined
    const [first, last] = [frames[0], frames.at(-1)]
    if (first === undefined || last === undefined) return
    this.#close()
    const heard = new Set(frames.map(({ frame }) => frame.track.id))
    const audible = last.tracks.filter(({ id }) => heard.has(id))
    const open = this.#begin(frames, this.#form.plan(audible, frames), wall - (last.time - first.time))
    if (open === undefined) return
    this.#open = open
    for (const placed of frames) this.#write(open, placed, wall - (last.time - placed.time))
  }

  /** @param wall When the first of the frames came. */
  #begin(
    frames: readonly PlacedFrame[],
    planned: readonly PlannedRendition[],
    wall: Milliseconds,
  ): OpenPeriod | undefined {
    const [leader, first] = [leaderOf(planned), frames[0]]
    if (leader === undefined || first === undefined) return undefined
    this.#changeIntake()
    const earliest = earliestOf(frames)
    const start = Math.max(wall + earliest - first.time, this.#end)
    const heads = new Map(planned.map(({ name, head }) => [name, head]))
    const facts = { ...this.#numbers.beginPeriod(start, this.#intake?.newest), start, heads }
    const period: Period = { ...facts, generation: generationOf(heads, start, this.#keptGenerations) }
    const boundary = { number: this.#numbers.nextSegment(), ...momentOf(first), isIndependent: true }
    const origin = earliest - start
    this.#intake?.beginPeriod({ period: period.number, origin })
    const shared = { period, origin, longestPart: this.#longestPart, first: boundary }
    const lanes = planned.map(plan => ({
      carries: plan.carries,
      lane: plan.createLane({ ...shared, rendition: this.#renditionOf(plan) }),
    }))
    const absent = this.renditions.filter(({ name }) => !heads.has(name))
    const gaps = absent.map(rendition => ({ carries: () => false, lane: new GapLane({ ...shared, rendition }) }))
    const { segmentDuration, longestLag } = this.#settings
    const cuts = new SegmentCuts({ leader, first: boundary, segmentDuration, target: this.#target })
    return new OpenPeriod({ period, origin, cuts, lanes: [...lanes, ...gaps], longestLag })
  }

  #changeIntake(): void {
    const create = this.#nextIntake
    if (create === undefined) return
    this.#nextIntake = undefined
    this.#intake?.end()
    this.#intake = create()
    this.#end = Math.max(this.#end, this.#intake?.newest?.end ?? 0)
  }

  /** What follows begins behind its last frame, whatever the clock says. */
  #interrupt(rendition: Rendition): void {
    const { time = 0, duration = 0, timescale = 1 } = rendition.newest ?? {}
    this.#end = Math.max(this.#end, Math.ceil((1000 * (time + duration)) / timescale))
    rendition.interrupt()
  }

  get #keptGenerations(): readonly Generation[] {
    const periods = new Set(this.renditions.flatMap(({ kept }) => kept.map(({ period }) => period)))
    return [...periods].sort((a, b) => a.number - b.number).map(({ generation }) => generation)
  }

  #renditionOf(planned: PlannedRendition): Rendition {
    const known = this.find(planned.name)
    if (known !== undefined) return known
    const limits = { target: this.#target, longestPart: this.#longestPart, keyFor: this.#keyFor }
    const rendition: Rendition = new Rendition(planned, limits, segment => this.#handOver(planned.name, segment))
    this.#renditions = [...this.#renditions, rendition].sort((a, b) => compareRenditions(a.name, b.name))
    return rendition
  }

  #handOver(rendition: string, segment: Segment): void {
    const { number, period, timescale, time, duration, frames, size, isIndependent, bytes } = segment
    const init = period.heads.get(rendition)?.init
    if (this.#intake === undefined || bytes === undefined || init === undefined) return
    const facts = { rendition, number, period: period.number, timescale, time, duration, frames, size, isIndependent }
    this.#intake.add(facts, init, bytes)
  }

  #write(open: OpenPeriod, placed: PlacedFrame, wall: Milliseconds): void {
    if (placed.frame.track.kind === 'data') return this.#add(open, placed, wall)
    open.note(placed, wall)
    if (open.cuts.isBefore(placed)) this.#cut(open, placed)
    this.#add(open, placed, wall)
    this.#end = Math.max(this.#end, placed.time - open.origin)
  }

  #add(open: OpenPeriod, placed: PlacedFrame, wall: Milliseconds): void {
    this.#splices.note(placed.frame, open.origin)
    open.add(placed, wall)
  }

  #cut(open: OpenPeriod, placed: PlacedFrame): void {
    const isIndependent = open.cuts.isIndependent(placed)
    open.begin({ number: this.#numbers.nextSegment(), ...momentOf(placed), isIndependent })
    const { segmentWindow, segmentMemory } = this.#settings
    const window = { time: segmentWindow, fewest: fewestListed, size: segmentMemory }
    for (const rendition of this.#renditions) rendition.forgetBefore(window)
    const [oldest] = this.find(open.cuts.leader.name)?.segments ?? []
    if (oldest !== undefined) this.#splices.forgetBefore((1000 * oldest.time) / oldest.timescale)
  }

  #breakOff(wall: Milliseconds): void {
    this.#openWhatCame(wall)
    this.#close()
    this.#opening = undefined
  }

  #close(): void {
    if (this.#open !== undefined) {
      this.#open.end(this.#ending ?? this.#newest)
      for (const rendition of this.#renditions) this.#interrupt(rendition)
    }
    this.#open = undefined
    this.#ending = undefined
  }
}

/** When the first of some frames is presented, of those that are media. */
function earliestOf(frames: readonly PlacedFrame[]): Milliseconds {
  const media = frames.filter(({ frame }) => frame.track.kind !== 'data')
  return media.reduce((least, placed) => Math.min(least, momentOf(placed).presentation), Number.POSITIVE_INFINITY)
}
