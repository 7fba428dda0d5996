import type { Microseconds } from '../../core/units.ts'

/** What is supposed before the first measurement. Source: SRT draft §4.10. */
const guess = { rtt: 100_000, variance: 50_000 } as const

/** How long a packet and its answer take, smoothed. Source: SRT draft §4.10. */
export class RoundTrip {
  #rtt: Microseconds = guess.rtt
  #variance: Microseconds = guess.variance
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

  /** Take in what the peer has measured; until it has, it reports the guess. */
  addReport(rtt: Microseconds, variance: Microseconds): void {
    if (rtt !== guess.rtt || variance !== guess.variance) this.add(rtt)
  }
}
