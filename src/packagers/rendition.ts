import type { Bytes, Milliseconds, Ticks } from '../core/units.ts'
import type { TrackKind } from '../media/track.ts'
import { PartTarget } from './part-target.ts'
import { type Part, Segment, type SegmentStart } from './segment.ts'
import type { KeyFor } from './segment-keys.ts'
import type { TargetDuration } from './target-duration.ts'
import { type Waiter, WaitList } from './wait-list.ts'

export type RenditionFacts = {
  /** How it is called in URLs: `video`, `audio`, `audio-2`, `ts`. */
  readonly name: string
  /** `undefined` if pictures and sound are in one. */
  readonly kind: TrackKind | undefined
}

export type RenditionLimits = {
  /** Of the whole stream. */
  readonly target: TargetDuration
  /** No part is longer unless one frame is. */
  readonly longestPart: Milliseconds
  /** Asked when a segment begins. */
  readonly keyFor?: KeyFor
}

/** How much of a rendition is listed. */
export type Window = {
  readonly time: Milliseconds
  /** So many segments, also where they are longer than that time. */
  readonly fewest: number
  /** Of all that is kept, listed or not: counts more than time and number. */
  readonly size: Bytes
}

/** The segment that is about to be complete, and one that players have already. */
const fewestOfAll = 2

/** Parts of older segments than so many complete ones are not listed: with the open one they are three targets long at most. */
export const segmentsWithParts = 2

/**
 * The newest segments of one rendition of a stream: one track, or all of them in one, over all periods.
 *
 * Bounded: what is older than the window is listed no more, and kept for as long again for players that have an old list;
 * both in bytes as well.
 */
export class Rendition {
  readonly name: string
  readonly kind: TrackKind | undefined
  /** Who waits for a change, which an end is as well. */
  readonly waiting = new WaitList()
  /** Ascending, without holes; the last one may be incomplete. */
  readonly #segments: Segment[] = []
  #listedFrom = 0
  #version = 0
  #isEnded = false
  #isOver = false
  #isInterrupted = false
  #isSilent = false
  #isIndependent = true
  readonly #partTarget: PartTarget
  #longestSegment = 0
  #eventSchemes: readonly string[] = []

  readonly #limits: RenditionLimits
  readonly #onComplete: (segment: Segment) => void

  /** @param onComplete Called with each segment that is complete and no gap. */
  constructor(
    { name, kind }: RenditionFacts,
    limits: RenditionLimits,
    onComplete: (segment: Segment) => void = () => undefined,
  ) {
    this.#limits = limits
    this.#partTarget = new PartTarget(limits.longestPart)
    this.name = name
    this.kind = kind
    this.#onComplete = onComplete
  }

  /** Those that are in the window; the last one may be incomplete. */
  get segments(): readonly Segment[] {
    return this.#segments.slice(this.#listedFrom)
  }

  /** Those that are there, listed or not. */
  get kept(): readonly Segment[] {
    return this.#segments
  }

  get newest(): Segment | undefined {
    return this.#segments.at(-1)
  }

  /** Changes with everything that players can see: what was made of the same version is the same. */
  get version(): number {
    return this.#version
  }

  /** True if nothing will be added, because the stream has ended: players are told so. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  /** True if nothing will be added, for whatever reason: there is nothing to wait for. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** True from the end of a period to the first part of the next: what comes then needs another initialisation segment. */
  get isInterrupted(): boolean {
    return this.#isInterrupted
  }

  /** Seconds that no part is longer than that may be listed. */
  get partTarget(): number {
    return this.#partTarget.of(this.#longestPart)
  }

  /** Whole seconds that no segment is longer than, when it is rounded. Stays. */
  get targetDuration(): number {
    return this.#limits.target.seconds
  }

  /** True as long as nothing comes of it: nobody knows whether there will be another part. */
  get isSilent(): boolean {
    return this.#isSilent
  }

  /** True as long as each segment could be decoded by itself: none began in the midst of a group of pictures. */
  get isIndependent(): boolean {
    return this.#isIndependent
  }

  /** Seconds of the longest complete segment so far. */
  get longestSegment(): number {
    return this.#longestSegment
  }

  /** Of the event messages in its segments. */
  get eventSchemes(): readonly string[] {
    return this.#eventSchemes
  }

  /** A segment that is there, listed or not. */
  find(number: number): Segment | undefined {
    const first = this.#segments[0]
    return first && this.#segments[number - first.number]
  }

  /** The segment that begins at a decode time, in ticks of its own. */
  findAt(time: Ticks): Segment | undefined {
    return this.#segments.findLast(segment => segment.time === time)
  }

  /** The initialisation segment of a period of which segments are there. */
  initOf(period: number): Uint8Array | undefined {
    return this.#segments.find(segment => segment.period.number === period)?.period.heads.get(this.name)?.init
  }

  /** True once the segment is complete, or, with a part, once that part is there. */
  has(number: number, part?: number): boolean {
    const newest = this.newest
    if (newest === undefined || newest.number < number) return false
    if (newest.number > number || newest.isComplete) return true
    return part !== undefined && newest.parts.length > part
  }

  /** Resolves when a change has made it so, nothing more will come, or the waiting is over. */
  until(isSo: () => boolean, waiter: Waiter): Promise<void> {
    return this.waiting.until(() => isSo() || this.#isOver, waiter)
  }

  /** Add a part to the segment of that start, which is begun by its first part. */
  addPart(start: SegmentStart, part: Part): void {
    const segment = this.#segmentOf(start)
    segment.add(part)
    this.#isInterrupted = false
    this.#isSilent = false
    this.#isIndependent &&= segment.isIndependent
    this.#change()
  }

  /**
   * The segment of that start is over, with so much time at its end in which nothing came. One that has no parts is a gap.
   * Returns whether it has some.
   */
  complete(start: SegmentStart, missing: Ticks): boolean {
    const segment = this.#segmentOf(start)
    segment.complete(missing)
    this.#partTarget.settle(this.#longestPart)
    this.#longestSegment = Math.max(this.#longestSegment, segment.seconds)
    this.#change()
    if (!segment.isGap) this.#onComplete(segment)
    return !segment.isGap
  }

  /** There are event messages of a scheme, or will be soon. */
  noteEvents(scheme: string): void {
    if (!this.#eventSchemes.includes(scheme)) this.#eventSchemes = [...this.#eventSchemes, scheme]
  }

  /** List only what is not older than `time`, behind the newest segment; and keep as much again. */
  forgetBefore({ time, fewest, size }: Window): void {
    const listed = this.#countWithin({ time, fewest, size: size / 2 })
    const kept = this.#countWithin({ time: 2 * time, fewest: 2 * fewest, size })
    this.#segments.splice(0, this.#segments.length - kept)
    this.#listedFrom = Math.max(0, this.#segments.length - listed)
  }

  /** Nothing comes of it for a while, although others go on. */
  fallSilent(): void {
    this.#isSilent = true
    this.#change()
  }

  /** The newest period is over, and another one may come. */
  interrupt(): void {
    this.#isInterrupted = true
    this.#change()
  }

  /** The stream has ended. Idempotent. */
  end(): void {
    this.#isEnded = true
    this.stop()
  }

  /** Nothing more will come from here, but the stream may go on: players shall ask again. Idempotent. */
  stop(): void {
    this.#isOver = true
    this.#change()
  }

  #segmentOf(start: SegmentStart): Segment {
    const newest = this.newest
    if (newest?.number === start.number) return newest
    const isDiscontinuity = newest !== undefined && newest.period !== start.period
    const segment = new Segment({ ...start, isDiscontinuity, key: this.#limits.keyFor?.(start.number) })
    this.#segments.push(segment)
    return segment
  }

  /** How many of the newest segments make up a time. */
  #countWithin({ time, fewest, size }: Window): number {
    let [count, milliseconds, bytes] = [0, 0, 0]
    for (const segment of this.#segments.toReversed()) {
      bytes += segment.size
      const isWanted = count < fewest || milliseconds < time
      if (count >= fewestOfAll && (!isWanted || bytes > size)) break
      milliseconds += segment.seconds * 1000
      count++
    }
    return count
  }

  /** Seconds, of those that may be listed. */
  get #longestPart(): number {
    const newest = this.#segments.slice(-segmentsWithParts - 1)
    return Math.max(0, ...newest.map(({ longestPart }) => longestPart))
  }

  #change(): void {
    this.#version++
    this.waiting.wake()
  }
}
