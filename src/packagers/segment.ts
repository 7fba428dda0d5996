import type { Bytes, Ticks } from '../core/units.ts'
import type { Period } from './period.ts'
import type { KeyName } from './segment-keys.ts'

/** The smallest piece of a rendition that players fetch: a CMAF chunk, or packets of a transport stream. */
export type Part = {
  /** Never changed. */
  readonly bytes: Uint8Array
  /** Of its media, in ticks of its segment. */
  readonly duration: Ticks
  /** Where it ends. Where a track was silent, it begins later than the part before it ends. */
  readonly end: Ticks
  /** Pictures, or frames of sound where there are none. */
  readonly frames: number
  /** True if decoding can start somewhere in it. */
  readonly isIndependent: boolean
  /** True if it can start with the first frame of it. */
  readonly isEntry: boolean
}

export type SegmentStart = {
  /** Media sequence number: the same in every rendition, and never used again. */
  readonly number: number
  readonly period: Period
  /** Ticks per second of its times. */
  readonly timescale: number
  /** When its first frame is presented, and decoded as its bytes say, since the Unix epoch. */
  readonly time: Ticks
}

/** How it follows the one before it. */
export type SegmentSequel = SegmentStart & {
  /** True if the one before it is of another period. */
  readonly isDiscontinuity: boolean
  /** What it is sent encrypted with; `undefined` if it is in the clear. Its bytes here always are. */
  readonly key: KeyName | undefined
}

/** One segment of one rendition: it grows part by part until it is complete. */
export class Segment {
  readonly number: number
  readonly period: Period
  readonly timescale: number
  readonly time: Ticks
  readonly isDiscontinuity: boolean
  readonly key: KeyName | undefined
  #parts: readonly Part[] = []
  #bytes: Uint8Array | undefined
  #duration: Ticks = 0
  #size: Bytes = 0
  #longestPart = 0
  #frames = 0
  #isComplete = false
  #isGap = false

  constructor({ number, period, timescale, time, isDiscontinuity, key }: SegmentSequel) {
    this.number = number
    this.period = period
    this.timescale = timescale
    this.time = time
    this.isDiscontinuity = isDiscontinuity
    this.key = key
  }

  get parts(): readonly Part[] {
    return this.#parts
  }

  get duration(): Ticks {
    return this.#duration
  }

  get seconds(): number {
    return this.#duration / this.timescale
  }

  /** Seconds. */
  get longestPart(): number {
    return this.#longestPart
  }

  get size(): Bytes {
    return this.#size
  }

  /** Pictures, or frames of sound where there are none. */
  get frames(): number {
    return this.#frames
  }

  /** True if decoding can start with its first frame. */
  get isIndependent(): boolean {
    return this.#parts[0]?.isEntry ?? true
  }

  get isComplete(): boolean {
    return this.#isComplete
  }

  /** All of it; `undefined` as long as it is not complete, and for a gap. */
  get bytes(): Uint8Array | undefined {
    return this.#bytes
  }

  /** True if the media of this time are missing. It has no bytes. */
  get isGap(): boolean {
    return this.#isGap
  }

  add(part: Part): void {
    this.#parts = [...this.#parts, part]
    this.#duration = part.end - this.time
    this.#size += part.bytes.length
    this.#longestPart = Math.max(this.#longestPart, part.duration / this.timescale)
    this.#frames += part.frames
  }

  /** With so much time at its end in which nothing came. Without parts it is a gap. */
  complete(missing: Ticks): void {
    this.#duration += missing
    this.#isComplete = true
    this.#isGap = this.#parts.length === 0
    if (!this.#isGap) this.#join()
  }

  #join(): void {
    const bytes = Buffer.concat(this.#parts.map(part => part.bytes))
    let at = 0
    // Views of the whole, so that nothing is kept twice.
    this.#parts = this.#parts.map(part => ({ ...part, bytes: bytes.subarray(at, (at += part.bytes.length)) }))
    this.#bytes = bytes
  }
}
