import type { Milliseconds } from '../core/units.ts'

/** All parts but the last of a segment are as long as this share of the longest. Source: RFC 8216bis §4.4.4.9. */
const shortestPart = 0.85

/**
 * How long the parts of a rendition are at most: known when its first segment is complete. A single frame may be longer:
 * as long as its part may be listed, it is told, because Apple's players do not play a list with a part that is longer
 * than was told; but not longer, because players stand three times that far behind. The other parts stay listed: they are too short then,
 * but without them players would have to fetch whole segments, and stall.
 *
 * @see RFC 8216bis §4.4.3.7, §4.4.4.9
 */
export class PartTarget {
  readonly #limit: number
  #usual: number | undefined

  /** @param limit No part is longer unless one frame is. */
  constructor(limit: Milliseconds) {
    this.#limit = limit / 1000
  }

  /** In seconds, as it is told. @param longest Seconds of the longest part that may be listed. */
  of(longest: number): number {
    const usual = this.#usual ?? this.#first(longest)
    return longest <= usual ? usual : Math.max(this.#limit, upToMilliseconds(longest))
  }

  /** A segment is complete. @param longest Seconds of the longest part so far. */
  settle(longest: number): void {
    if (longest > 0) this.#usual ??= this.#first(longest)
  }

  /** Frames of which no part of the limit can be made make shorter ones. */
  #first(longest: number): number {
    const whole = upToMilliseconds(longest)
    return whole < shortestPart * this.#limit ? whole : Math.max(whole, this.#limit)
  }
}

function upToMilliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000) / 1000
}
