import type { Milliseconds } from '../core/units.ts'
import type { JoinPoint, WireLog, WireRun } from './wire-log.ts'
import type { WireSegment } from './wire-segment.ts'

/**
 * A position in a wire log. It either stands in a segment or waits for a place to start.
 *
 * Late join, fast start and the jump of a slow reader are the same move: wait, then start at the newest join point that
 * lies ahead. A read changes two fields and no more: with a thousand readers each field is a cache line from far away.
 */
export class WireCursor {
  readonly #log: WireLog
  #segment: WireSegment | undefined
  /** Index in the segment of the next record to read. */
  #index = 0
  /** Where it stood when it began to wait. */
  #waitsFrom = 0
  #hasStarted = false
  /** Records that were skipped because the reader was too slow. */
  dropped = 0

  /** @param startsAhead False to begin at a join point that is in the log, true to wait for the next one. */
  constructor(log: WireLog, startsAhead = false) {
    this.#log = log
    if (startsAhead) this.#waitsFrom = log.endSequence
  }

  get isWaiting(): boolean {
    return this.#segment === undefined
  }

  /** Media time between this position and the end of the log; 0 while waiting. */
  get lag(): Milliseconds {
    const segment = this.#segment
    if (segment === undefined || !this.isBehind) return 0
    return Math.max(0, this.#log.endTime - segment.timeOf(Math.max(0, this.#index - 1)))
  }

  /** True if the log holds records that this cursor has not read. */
  get isBehind(): boolean {
    return this.#segment !== undefined && this.#sequence < this.#log.endSequence
  }

  /**
   * Leave the waiting state at the newest join point, unless it lies behind. The reader then owes its peer the headers
   * for `JoinPoint.tracks`.
   */
  start(): JoinPoint | undefined {
    const join = this.#log.join
    if (join === undefined || join.sequence < this.#waitsFrom) return undefined
    if (this.#hasStarted) this.dropped += join.sequence - this.#waitsFrom
    this.#hasStarted = true
    this.#segment = join.segment
    this.#index = join.index
    return join
  }

  /** The next records, or `undefined` at the end of the log or while waiting. */
  take(): WireRun | undefined {
    let segment = this.#segment
    if (segment === undefined) return undefined
    if (this.#index === segment.recordCount) {
      if (segment.next === undefined) return undefined
      segment = segment.next
      this.#segment = segment
      this.#index = 0
      if (segment.recordCount === 0) return undefined
    }
    const run = this.#log.run(segment, this.#index)
    this.#index = run.to
    return run
  }

  /** Give this position up, and with it the segments that it keeps alive. */
  wait(): void {
    this.#waitsFrom = this.#sequence
    this.#segment = undefined
  }

  /** Fall back to waiting if this position is further behind than the limits allow. */
  keepUp(): void {
    const segment = this.#segment
    if (segment === undefined) return
    const { lagBytes, lagTime } = this.#log.limits
    const behind = this.#log.end - (segment.base + segment.startOf(this.#index))
    if (behind > lagBytes || this.lag > lagTime) this.wait()
  }

  /** Sequence number of the next record to read. */
  get #sequence(): number {
    return this.#segment === undefined ? this.#waitsFrom : this.#segment.firstRecord + this.#index
  }
}
