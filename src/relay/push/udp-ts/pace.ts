import type { Milliseconds } from '../../../core/units.ts'

/** What waits may be so much media; with more, its time passes faster. */
const comfortable: Milliseconds = 250
/** The machine may call late. What it has missed waits on, or it would leave as a burst. */
const longestStep: Milliseconds = 20

/**
 * Lets the time of what waits pass as the clock's does. Media comes in portions, once per merge window, and the clocks of
 * publishers are not ours: when much waits, time passes faster, in proportion, so that nothing ever leaves as a burst.
 */
export class Pace {
  #position: Milliseconds = 0
  #last: Milliseconds = 0

  /** Something waits now, and nothing did before. */
  resume(now: Milliseconds): void {
    this.#last = now
  }

  /**
   * How far things are.
   *
   * @param end Time of the last of what waits.
   */
  advance(now: Milliseconds, end: Milliseconds): Milliseconds {
    const speed = Math.max(1, (end - this.#position) / comfortable)
    const passed = Math.min(now - this.#last, longestStep)
    this.#position = Math.min(end, this.#position + passed * speed)
    this.#last = now
    return this.#position
  }
}
