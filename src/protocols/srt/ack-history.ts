import type { Microseconds } from '../../core/units.ts'

/** Acknowledgements whose answer is waited for: those of two and a half seconds. */
const remembered = 256

/** The full acknowledgements that were sent, for the round trip time and to know whether the peer has heard them. */
export class AckHistory {
  readonly #numbers = new Float64Array(remembered)
  readonly #times = new Float64Array(remembered)
  #number = 0
  #sequence: number
  #sentAt: Microseconds = 0
  #isHeard = true

  /** @param sequence What the peer knows without being told. */
  constructor(sequence: number) {
    this.#sequence = sequence
  }

  /** True if `sequence` was not acknowledged yet, or so long ago, without an answer, that it got lost. */
  isDue(sequence: number, now: Microseconds, timeout: Microseconds): boolean {
    if (sequence !== this.#sequence) return true
    return !this.#isHeard && now - this.#sentAt > timeout
  }

  /** Note that `sequence` is acknowledged now. Returns the number of the acknowledgement. */
  add(sequence: number, now: Microseconds): number {
    this.#number = (this.#number % 0xffff_ffff) + 1
    this.#sequence = sequence
    this.#sentAt = now
    this.#isHeard = false
    const at = this.#number % remembered
    this.#numbers[at] = this.#number
    this.#times[at] = now
    return this.#number
  }

  /** Note that the peer has heard an acknowledgement. Returns how long that took, once. */
  heard(number: number, now: Microseconds): Microseconds | undefined {
    const at = number % remembered
    if (number === 0 || this.#numbers[at] !== number) return undefined
    this.#numbers[at] = 0
    if (number === this.#number) this.#isHeard = true
    return Math.max(1, Math.round(now - (this.#times[at] ?? now)))
  }
}
