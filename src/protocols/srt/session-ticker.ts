import type { Clock, Timer } from '../../contracts/clock.ts'
import type { Microseconds, Milliseconds } from '../../core/units.ts'
import { microseconds } from './microseconds.ts'

/** SYN: the period of acknowledgements. Source: SRT draft §4.8.1. */
const period: Milliseconds = 10

/** What has to be told that time goes on. */
export type Ticking = { tick(now: Microseconds): void }

/** Tells all of its members each 10 ms what time it is, with one timer, which runs while there are members. */
export class SessionTicker {
  readonly #clock: Clock
  readonly #members = new Set<Ticking>()
  #timer: Timer | undefined
  #nextTick: Milliseconds = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Idempotent. */
  add(member: Ticking): void {
    this.#members.add(member)
    if (this.#timer !== undefined) return
    this.#nextTick = this.#clock.now()
    this.#schedule()
  }

  /** Idempotent. */
  delete(member: Ticking): void {
    this.#members.delete(member)
    if (this.#members.size > 0) return
    this.#timer?.cancel()
    this.#timer = undefined
  }

  /** Each tick is due a period after the one before was due, however late that came. */
  #schedule(): void {
    const now = this.#clock.now()
    this.#nextTick = Math.max(this.#nextTick + period, now)
    this.#timer = this.#clock.after(this.#nextTick - now, () => this.#tick())
  }

  #tick(): void {
    this.#schedule()
    const now = microseconds(this.#clock)
    for (const member of this.#members) member.tick(now)
  }
}
