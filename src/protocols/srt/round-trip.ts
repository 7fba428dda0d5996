import type { Microseconds } from '../../core/units.ts'

/** What is supposed before the first measurement. Source: SRT draft §4.10. */
const guess = { rtt: 100_000, variance: 50_000 } as const

/** Peers may say anything; we wait for them for so long. */
const longest: Microseconds = 10_000_000
/** Source: SRT draft §5.1.2. */
export const shortestNakInterval: Microseconds = 20_000

/** How long a packet and its answer take, smoothed, by what both ends have measured. Source: SRT draft §4.10. */
export class RoundTrip {
  #rtt: Microseconds = guess.rtt
  #variance: Microseconds = guess.variance
  #source: 'guess' | 'report' | 'sample' = 'guess'

  /** False as long as the values are a guess. */
  get isMeasured(): boolean {
    return this.#source !== 'guess'
  }

  get rtt(): Microseconds {
    return this.#rtt
  }

  get variance(): Microseconds {
    return this.#variance
  }

  /** From one report of what is missing to the next. Source: SRT draft §5.1.2. */
  get nakInterval(): Microseconds {
    return Math.max(shortestNakInterval, (this.#rtt + 4 * this.#variance) / 2)
  }

  /** Take in one measurement. The first counts alone, as in libsrt, so that the guess does not last. */
  add(sample: Microseconds): void {
    if (this.#source !== 'sample') {
      this.#source = 'sample'
      this.#rtt = sample
      this.#variance = Math.round(sample / 2)
      return
    }
    this.#variance = Math.round((3 * this.#variance + Math.abs(this.#rtt - sample)) / 4)
    this.#rtt = Math.round((7 * this.#rtt + sample) / 8)
  }

  /**
   * Take in what the peer has measured and smoothed; until it has, it reports the guess. Counts only as long as nothing
   * was measured here: whoever only sends cannot measure.
   */
  addReport(rtt: Microseconds, variance: Microseconds): void {
    if (this.#source === 'sample' || (rtt === guess.rtt && variance === guess.variance)) return
    this.#source = 'report'
    this.#rtt = Math.min(rtt, longest)
    this.#variance = Math.min(variance, longest)
  }
}
