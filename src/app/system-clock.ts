import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** The longest delay that Node's timers take; a longer one would fire at once. */
const maxTimeoutMs = 2 ** 31 - 1

/** The clock of the machine. */
export class SystemClock implements Clock {
  now(): Milliseconds {
    return performance.now()
  }

  wall(): Milliseconds {
    return Date.now()
  }

  soon(callback: () => void): void {
    setImmediate(callback)
  }

  after(delay: Milliseconds, callback: () => void): Timer {
    return new SystemTimer(delay, callback)
  }
}

class SystemTimer implements Timer {
  #timeout: NodeJS.Timeout

  constructor(delay: Milliseconds, callback: () => void) {
    this.#timeout = this.#start(delay, callback)
  }

  cancel(): void {
    clearTimeout(this.#timeout)
  }

  #start(delay: Milliseconds, callback: () => void): NodeJS.Timeout {
    if (delay <= maxTimeoutMs) return setTimeout(callback, delay).unref()
    const rearm = (): void => {
      this.#timeout = this.#start(delay - maxTimeoutMs, callback)
    }
    return setTimeout(rearm, maxTimeoutMs).unref()
  }
}
