import type { Milliseconds } from '../core/units.ts'

/**
 * How far the places are apart at which a segment could begin. Where inputs are switched, a group of pictures is cut off:
 * the next one is as long as others all the same.
 */
export class EntrySpacing {
  #newest: Milliseconds
  /** Of the segment that is being made, and of the one before. */
  #longest: Milliseconds = 0
  #longestBefore: Milliseconds = 0

  constructor(first: Milliseconds) {
    this.#newest = first
  }

  /** The longest of late. */
  get longest(): Milliseconds {
    return Math.max(this.#longest, this.#longestBefore)
  }

  /** A segment could begin at `time`. Returns how far that is behind the place before. */
  note(time: Milliseconds): Milliseconds {
    const distance = time - this.#newest
    this.#newest = time
    this.#longest = Math.max(this.#longest, distance)
    return distance
  }

  /** A segment begins. */
  turn(): void {
    this.#longestBefore = this.#longest
    this.#longest = 0
  }
}
