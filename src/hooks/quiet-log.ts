import type { Clock } from '../contracts/clock.ts'
import type { Log, LogFields } from '../contracts/log.ts'
import type { Milliseconds } from '../core/units.ts'

/** The shortest time between two warnings with the same code. */
const interval: Milliseconds = 1000

/** A log for what may happen with every event: at most one line a second and code, which counts those left out. */
export class QuietLog {
  readonly #log: Log
  readonly #clock: Clock
  readonly #codes = new Map<string, { at: Milliseconds; leftOut: number }>()

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  warn(code: string, message: string, fields: LogFields): void {
    const now = this.#clock.now()
    const last = this.#codes.get(code)
    if (last !== undefined && now - last.at < interval) {
      last.leftOut++
      return
    }
    this.#codes.set(code, { at: now, leftOut: 0 })
    this.#log.warn(code, message, {
      ...fields,
      leftOut: last === undefined || last.leftOut === 0 ? undefined : last.leftOut,
    })
  }

  now(code: string, message: string): void {
    this.#log.info(code, message)
  }
}
