import type { Milliseconds } from './units.ts'

export type BackoffLimits = {
  /** About how long to wait after the first failure. */
  readonly shortest: Milliseconds
  /** The longest wait. */
  readonly longest: Milliseconds
  /**
   * How much of each wait is left to chance, from 0 to 1, so that those who failed together do not come back together;
   * half of it if it is not said.
   */
  readonly jitter?: number
}

const usualJitter = 0.5

/** How long to wait before the next attempt: twice as long after each failure, up to a limit, and never quite the same. */
export class Backoff {
  readonly #limits: BackoffLimits
  readonly #random: () => number
  #failures = 0

  /** @param random Numbers from 0 up to, and without, 1. */
  constructor(limits: BackoffLimits, random: () => number = Math.random) {
    this.#limits = limits
    this.#random = random
  }

  /** Count a failure and return the wait that it asks for. */
  next(): Milliseconds {
    const { shortest, longest, jitter = usualJitter } = this.#limits
    const full = Math.min(longest, shortest * 2 ** this.#failures)
    this.#failures++
    return Math.round(full * (1 - jitter * this.#random()))
  }

  /** It has worked for long enough: the next failure is a first one. */
  reset(): void {
    this.#failures = 0
  }
}
