import type { Milliseconds } from '../core/units.ts'

/** What was held up on its way comes all at once, and is late no more. */
const patience: Milliseconds = 3000

/**
 * Whether the times of a stream have fallen behind the clock for good, as they do where time without media was closed up,
 * and where the clock of an encoder is slow. Players of DASH ask for what should be there by the clock.
 */
export class Lateness {
  readonly #longestLag: Milliseconds
  #since: Milliseconds | undefined

  constructor(longestLag: Milliseconds) {
    this.#longestLag = longestLag
  }

  /** A frame has come. @param lag How much later than its time says. */
  note(lag: Milliseconds, wall: Milliseconds): void {
    this.#since = lag > this.#longestLag ? (this.#since ?? wall) : undefined
  }

  /** True if all that has come for a while was too late. */
  lasts(wall: Milliseconds): boolean {
    return this.#since !== undefined && wall - this.#since >= patience
  }
}
