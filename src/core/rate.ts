import type { Bytes, Milliseconds } from './units.ts'

const bucketMs = 1000
const bucketCount = 6

/**
 * Bytes and events per second over the last five whole seconds, in plain numbers: cheap enough for the media path.
 * Nothing is computed until somebody asks.
 */
export class RateMeter {
  readonly #bytes = new Float64Array(bucketCount)
  readonly #events = new Float64Array(bucketCount)
  /** The second that each bucket counts, since the clock's start. */
  readonly #seconds = new Float64Array(bucketCount).fill(-1)
  #firstSecond = -1

  /** Count one event of `size` bytes at `now`, which never goes back. */
  add(size: Bytes, now: Milliseconds): void {
    const second = Math.floor(now / bucketMs)
    const at = second % bucketCount
    if (this.#seconds[at] !== second) {
      this.#seconds[at] = second
      this.#bytes[at] = 0
      this.#events[at] = 0
      if (this.#firstSecond === -1) this.#firstSecond = second
    }
    this.#bytes[at] = (this.#bytes[at] ?? 0) + size
    this.#events[at] = (this.#events[at] ?? 0) + 1
  }

  bitsPerSecond(now: Milliseconds): number {
    return this.#average(this.#bytes, now) * 8
  }

  eventsPerSecond(now: Milliseconds): number {
    return this.#average(this.#events, now)
  }

  /** Mean of the whole seconds before this one; 0 in the first second. */
  #average(counts: Float64Array, now: Milliseconds): number {
    const second = Math.floor(now / bucketMs)
    const span = Math.min(bucketCount - 1, second - this.#firstSecond)
    if (this.#firstSecond === -1 || span < 1) return 0
    let sum = 0
    for (let i = 0; i < bucketCount; i++) {
      const age = second - (this.#seconds[i] ?? -1)
      if (age >= 1 && age <= span) sum += counts[i] ?? 0
    }
    return sum / span
  }
}
