import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** Whoever reads a stream. Woken by the pump, never by a frame. */
export interface Reader {
  /** Take what is new. Returns true if more is there than could be taken now. */
  wake(): boolean
}

/** The merge window that all pumps of one event loop share. */
export type SharedWindow = { current: Milliseconds }

/** How soon readers that could not take everything are woken again, at the earliest. */
const retryAfter: Milliseconds = 20

/**
 * Wakes the readers of one stream once per merge window.
 *
 * The first frame after a quiet time leaves at once, at the end of the tick that read it; further ones wait until the
 * window has passed, by wall clock, so that a sparse stream is never held back.
 */
export class Pump {
  readonly #clock: Clock
  window: SharedWindow
  readonly #readers: Reader[] = []
  readonly #flushBound = (): void => this.#flush()
  #lastFlush: Milliseconds = Number.NEGATIVE_INFINITY
  #scheduled: Timer | 'soon' | undefined
  /** Set while readers are behind. Apart from `#scheduled`, so that what is new does not wait for it. */
  #retry: Timer | undefined

  constructor(clock: Clock, window: SharedWindow) {
    this.#clock = clock
    this.window = window
  }

  get readerCount(): number {
    return this.#readers.length
  }

  add(reader: Reader): void {
    this.#readers.push(reader)
    this.notify()
  }

  remove(reader: Reader): void {
    const at = this.#readers.indexOf(reader)
    if (at === -1) return
    const last = this.#readers.pop()
    if (last !== undefined && last !== reader) this.#readers[at] = last
  }

  /** Something new is in the log. */
  notify(): void {
    if (this.#scheduled !== undefined || this.#readers.length === 0) return
    this.#schedule(this.window.current - (this.#clock.now() - this.#lastFlush))
  }

  close(): void {
    if (this.#scheduled !== undefined && this.#scheduled !== 'soon') this.#scheduled.cancel()
    this.#retry?.cancel()
    this.#readers.length = 0
  }

  #schedule(delay: Milliseconds): void {
    if (delay > 0) {
      this.#scheduled = this.#clock.after(delay, this.#flushBound)
    } else {
      this.#scheduled = 'soon'
      this.#clock.soon(this.#flushBound)
    }
  }

  #flush(): void {
    this.#scheduled = undefined
    this.#retry?.cancel()
    this.#retry = undefined
    this.#lastFlush = this.#clock.now()
    let someoneIsBehind = false
    // Backwards, because a reader may remove itself while it is woken.
    for (let i = this.#readers.length - 1; i >= 0; i--) {
      if (this.#readers[i]?.wake() === true) someoneIsBehind = true
    }
    if (someoneIsBehind && this.#scheduled === undefined) {
      this.#retry = this.#clock.after(Math.max(retryAfter, this.window.current), this.#flushBound)
    }
  }
}
