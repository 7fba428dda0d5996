import type { Milliseconds } from '../../core/units.ts'

/** Whoever was held up, for whatever reason, catches up no more than this. */
const mostCaughtUp: Milliseconds = 2000

export type PaceOptions = {
  /** Media time in wall time: 1 for as it came. */
  readonly speed: number
  /** Media time that is sent at once, at the beginning: from the key frame to the time that was asked for. */
  readonly lead: Milliseconds
  /** Most media time that is let go at once. */
  readonly burst: Milliseconds
}

/** Which frames are due, by their times. */
export class Pace {
  readonly #options: PaceOptions
  readonly #mostAhead: Milliseconds
  #due: Milliseconds
  #limit: Milliseconds = 0
  /** Of the newest frame that has gone. */
  #reached: Milliseconds = 0
  #now: Milliseconds

  constructor(options: PaceOptions, now: Milliseconds) {
    this.#options = options
    this.#mostAhead = Math.max(mostCaughtUp, options.lead)
    this.#due = options.lead
    this.#now = now
  }

  /** Time goes on. */
  advance(now: Milliseconds): void {
    const { speed, burst } = this.#options
    this.#due = Math.min(this.#due + (now - this.#now) * speed, this.#reached + this.#mostAhead)
    this.#limit = Math.min(this.#due, this.#reached + burst)
    this.#now = now
  }

  isDue(time: Milliseconds): boolean {
    return time <= this.#limit
  }

  reach(time: Milliseconds): void {
    this.#reached = Math.max(this.#reached, time)
  }
}
