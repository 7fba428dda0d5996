import type { Milliseconds } from '../core/units.ts'

/** Key frames are waited for so long before it is known how far they are apart: encoders that are not told have one in 250. */
const longestFirst: Milliseconds = 10_500
/** What is left to where a duration would be rounded up, less a frame of sound that may go into either segment. */
const slack: Milliseconds = 400

/**
 * How long the segments of a stream are at most: known from the first one on, and never changed.
 *
 * @see RFC 8216bis §4.4.3.1 (rounded to the nearest second), §6.2.1 (may not change), §6.2.4 (alike in all renditions)
 */
export class TargetDuration {
  readonly #fewest: number
  #seconds: number | undefined

  constructor(segmentDuration: Milliseconds) {
    this.#fewest = Math.max(1, Math.round(segmentDuration / 1000))
  }

  /** In whole seconds, as it is told. */
  get seconds(): number {
    return this.#seconds ?? this.#fewest
  }

  /** A segment that would be longer is cut, key frame or not. */
  get longest(): Milliseconds {
    return this.#seconds === undefined ? Math.max(longestFirst, 2000 * this.#fewest) : 1000 * this.#seconds + slack
  }

  /** A segment has ended: the first one says how long all may be. */
  note(segment: Milliseconds): void {
    this.#seconds ??= Math.max(this.#fewest, Math.round((segment + 500 - slack) / 1000))
  }
}
