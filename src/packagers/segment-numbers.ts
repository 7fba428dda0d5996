import type { SegmentPlace } from '../contracts/segments.ts'
import type { Milliseconds } from '../core/units.ts'
import { firstDiscontinuity } from './period.ts'

/**
 * The numbers of a stream's periods and segments. They begin with the seconds since the Unix epoch and rise more slowly, so
 * that a restarted server goes on from a later place.
 */
export class SegmentNumbers {
  #period: number | undefined
  #discontinuity: number | undefined
  #next = 0

  /**
   * A period begins.
   *
   * @param start By the clock on the wall.
   * @param newest What was taken before, by an earlier run of the server too: all that follows is behind it.
   */
  beginPeriod(start: Milliseconds, newest: SegmentPlace | undefined): { number: number; discontinuity: number } {
    const seconds = Math.floor(start / 1000)
    const { period: lastPeriod = -1, number: lastNumber = -1 } = newest ?? {}
    this.#next = Math.max(this.#period === undefined ? seconds : this.#next, lastNumber + 1)
    this.#period = Math.max(this.#period ?? seconds - 1, lastPeriod) + 1
    this.#discontinuity = (this.#discontinuity ?? firstDiscontinuity(start) - 1) + 1
    return { number: this.#period, discontinuity: this.#discontinuity }
  }

  /** Of the segment that begins in the period. */
  nextSegment(): number {
    return this.#next++
  }
}
