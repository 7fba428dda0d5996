import type { Milliseconds } from '../core/units.ts'

/** All parts but the last of a segment are as long as this share of the longest. Source: RFC 8216bis §4.4.4.9. */
export const shortestPart = 0.85

/**
 * How long the parts of a rendition are at most: known when its first segment is complete, and never less from then on.
 * It grows where a single frame is longer: a part that is longer than was told is one that Apple's players do not play.
 *
 * @see RFC 8216bis §4.4.3.7, §4.4.4.9
 */
export class PartTarget {
  readonly #limit: number
  #longest = 0
  #told: number | undefined

  /** @param limit No part is longer unless one frame is. */
  constructor(limit: Milliseconds) {
    this.#limit = limit / 1000
  }

  /** Seconds of the longest part so far. */
  get longest(): number {
    return this.#longest
  }

  /** As it is told. */
  get seconds(): number {
    return this.#told ?? this.#first
  }

  /** A part has so many seconds. */
  note(part: number): void {
    this.#longest = Math.max(this.#longest, part)
    if (this.#told === undefined || part <= this.#told) return
    this.#told = Math.max(this.#limit, upToMilliseconds(part))
  }

  /** A segment is complete. */
  settle(): void {
    if (this.#longest > 0) this.#told ??= this.#first
  }

  /** Frames of which no part of the limit can be made make shorter ones. */
  get #first(): number {
    const longest = upToMilliseconds(this.#longest)
    return longest < shortestPart * this.#limit ? longest : Math.max(longest, this.#limit)
  }
}

function upToMilliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000) / 1000
}
