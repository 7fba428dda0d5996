import type { Bytes, Microseconds } from '../../core/units.ts'
import { largestPayload } from './packet.ts'
import { addSequence } from './sequence-number.ts'

/** Pairs that are remembered. Source: libsrt srtcore/window.h. */
const remembered = 16
/** Of 16 packets the first two are a pair: libsrt sends the second at once, whatever its pacing. */
const pairMask = 15
/** Pairs that took so much longer, or shorter, than the median say nothing. */
const outlier = 8

/**
 * What the link can carry, by the time between packets that were sent as a pair. Senders show it to their operators as
 * the bandwidth; nothing else depends on it in live mode.
 *
 * @see SRT draft §5.2.1.3, libsrt srtcore/window.cpp
 */
export class LinkCapacity {
  /** For packets of full size. */
  readonly #intervals = new Float64Array(remembered)
  readonly #sorted = new Float64Array(remembered)
  #count = 0
  /** The first of a pair that has come, and when. */
  #first: number | undefined
  #firstAt: Microseconds = 0

  /** A packet has come for the first time, in order. */
  add(sequence: number, size: Bytes, now: Microseconds): void {
    const place = sequence & pairMask
    if (place === 0) {
      this.#first = sequence
      this.#firstAt = now
    } else if (place === 1 && this.#first === addSequence(sequence, -1) && size > 0) {
      const interval = Math.max(1, ((now - this.#firstAt) * largestPayload) / size)
      this.#intervals[this.#count++ % remembered] = interval
    }
  }

  /** 0 before anything is known. */
  get packetsPerSecond(): number {
    const known = Math.min(this.#count, remembered)
    if (known === 0) return 0
    const sorted = this.#sorted.subarray(0, known)
    sorted.set(this.#intervals.subarray(0, known))
    sorted.sort()
    const median = sorted[known >> 1] ?? 0
    let [sum, count] = [0, 0]
    for (const interval of sorted) {
      if (interval * outlier < median || interval > median * outlier) continue
      sum += interval
      count++
    }
    return Math.round((1_000_000 * count) / sum)
  }
}
