import type { Microseconds } from '../../core/units.ts'

/** How long a packet and its answer take, smoothed. Source: SRT draft §4.10. */
export class RoundTrip {
  #rtt: Microseconds = 100_000
  #variance: Microseconds = 50_000
  #isMeasured = false

  /** False as long as the values are a guess. */
  get isMeasured(): boolean {
    return this.#isMeasured
  }

  get rtt(): Microseconds {
    return this.#rtt
  }

  get variance(): Microseconds {
    return this.#variance
  }

  /** Take in one measurement. The first counts alone, as in libsrt, so that the guess does not last. */
  add(sample: Microseconds): void {
    if (!this.#isMeasured) {
      this.#isMeasured = true
      this.#rtt = sample
      this.#variance = Math.round(sample / 2)
      return
    }
    this.#variance = Math.round((3 * this.#variance + Math.abs(this.#rtt - sample)) / 4)
    this.#rtt = Math.round((7 * this.#rtt + sample) / 8)
  }
}
