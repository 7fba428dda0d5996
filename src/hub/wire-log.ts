import type { RecordFlags, WireWriter } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { LogLimits } from './log-limits.ts'
import { type LogPosition, NewestJoin } from './newest-join.ts'
import { joinPointFlag, restartFlag, WireSegment } from './wire-segment.ts'

/** A place where a reader may start, and what it has to be told first. */
export type JoinPoint = LogPosition & {
  readonly segment: WireSegment
  /** Index of the record in its segment. */
  readonly index: number
  readonly tracks: readonly Track[]
}

/** Whole records of one segment, as the readers at one position all get them. */
export type WireRun = {
  readonly segment: WireSegment
  /** Indexes of the first record and of the one after the last. */
  readonly from: number
  readonly to: number
  /** The bytes of those records; a view, shared by every reader of the run. Never to be changed. */
  readonly bytes: Buffer
}

/** A write that a slow reader has not got rid of stays in memory, for some formats as a copy. */
const largestRun = 256 * 1024

const smallestSegment = 64 * 1024
const largestSegment = 1024 * 1024
/** Segments grow until one lasts this long: few merge windows then end in the middle and need a second write. */
const segmentMs = 4000

/**
 * The bytes of one stream in one format: an append-only chain of segments.
 *
 * Memory is bounded by its readers: it holds what lies between the oldest cursor, which `LogLimits.lag…` keep near the
 * end, or the newest join point, bounded by `LogLimits.gop…`, and the end.
 */
export class WireLog implements WireWriter {
  tail: WireSegment = new WireSegment(0, 0, smallestSegment)
  /** Position after the last byte. */
  end = 0
  endTime: Milliseconds = 0
  /** Sequence number that the next record will have. */
  endSequence = 0
  /** Position of the newest record that no reader can take as it is; -1 if there was none. */
  lastRestart = -1
  readonly #join: NewestJoin<JoinPoint>
  #reserved = 0
  #run: WireRun | undefined
  #segmentStarted: Milliseconds = 0
  #segmentSize = smallestSegment

  constructor(limits: LogLimits) {
    this.#join = new NewestJoin(limits)
  }

  get bytes(): Uint8Array {
    return this.tail.bytes
  }

  get limits(): LogLimits {
    return this.#join.limits
  }

  set limits(limits: LogLimits) {
    this.#join.limits = limits
  }

  /** The newest place where a reader may start. */
  get join(): JoinPoint | undefined {
    return this.#join.place
  }

  /** Let nobody start before the next key frame: what is here belongs to a publisher that has left. */
  forgetJoin(): void {
    this.#join.forget()
  }

  reserve(size: number): number {
    if (this.tail.free < size) this.#openSegment(size)
    this.#reserved = size
    return this.tail.used
  }

  commit(time: Milliseconds, tag: number, flags: RecordFlags, tracks: readonly Track[]): void {
    const { tail } = this
    if (flags.isJoinPoint) {
      const { recordCount: index } = tail
      this.#join.set({ segment: tail, index, sequence: this.endSequence, position: this.end, time, tracks })
    }
    if (flags.isRestart) this.lastRestart = this.end
    tail.append(
      this.#reserved,
      time,
      tag,
      (flags.isJoinPoint ? joinPointFlag : 0) | (flags.isRestart ? restartFlag : 0),
    )
    this.end += this.#reserved
    this.endTime = time
    this.endSequence++
    this.#join.grow(this.end, time, this.endSequence)
    this.#reserved = 0
  }

  /**
   * The records of `segment` from index `from` on, as many as one write should carry. Readers that ask for the same run
   * get the same object, so the bytes that leave for a thousand players are one Buffer.
   */
  run(segment: WireSegment, from: number): WireRun {
    const last = this.#run
    const to = endOfRun(segment, from)
    if (last !== undefined && last.segment === segment && last.from === from && last.to === to) return last
    const bytes = segment.bytes.subarray(segment.startOf(from), segment.startOf(to))
    this.#run = { segment, from, to, bytes }
    return this.#run
  }

  #openSegment(size: number): void {
    const filledIn = this.endTime - this.#segmentStarted
    this.#segmentStarted = this.endTime
    if (filledIn < segmentMs) this.#segmentSize = Math.min(this.#segmentSize * 2, largestSegment)
    const next = new WireSegment(this.end, this.endSequence, Math.max(this.#segmentSize, size))
    this.tail.next = next
    this.tail = next
  }
}

/** Index of the record after the last one of a run that begins at `from`; a run has at least one record. */
function endOfRun(segment: WireSegment, from: number): number {
  const limit = segment.startOf(from) + largestRun
  if (segment.used <= limit) return segment.recordCount
  let to = from + 1
  while (to < segment.recordCount && segment.startOf(to + 1) <= limit) to++
  return to
}
