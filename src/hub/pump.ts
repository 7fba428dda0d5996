import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'

/** Whoever reads a stream. Woken by the pump, never by a frame. */
export interface Reader {
  /**
   * Take what is new. Returns true if more is there than could be taken now. `isLast` if nothing more comes for a while:
   * then it is not worth waiting for more.
   */
  wake(now: Milliseconds, isLast: boolean): boolean
}

/** The merge window that all pumps of one event loop share. */
export type SharedWindow = { current: Milliseconds }

/** For how long the frames of one stream are collected. */
export type MergeSettings = {
  readonly window: SharedWindow
  /** Frames that are worth a write: fewer are held back when the window is over, until more come. */
  readonly frames: number
  /** The longest that a frame is held back for others, by wall clock. */
  readonly longest: Milliseconds
}

/** How soon readers that could not take everything are woken again, at the earliest. */
const retryAfter: Milliseconds = 20

/**
 * Wakes the readers of one stream once per merge window.
 *
 * The first frame after a quiet time leaves at once, at the end of the tick that read it; further ones wait until the
 * window has passed, by wall clock, so that a sparse stream is never held back.
 */
export class Pump<R extends Reader = Reader> {
  readonly #clock: Clock
  settings: MergeSettings
  readonly #readers: R[] = []
  readonly #onFault: (reader: R, error: unknown) => void
  readonly #flushBound = (): void => void this.flush(false)
  readonly #windowOverBound = (): void => this.#windowOver()
  #lastFlush: Milliseconds = Number.NEGATIVE_INFINITY
  #scheduled: Timer | 'soon' | undefined
  /** When the first of the frames came that are collected now. */
  #collectingSince: Milliseconds = 0
  #collected = 0
  /** True while the window is over, but too few frames are there. */
  #isHolding = false
  /** Set while readers are behind. Apart from `#scheduled`, so that what is new does not wait for it. */
  #retry: Timer | undefined

  /** @param onFault A reader has thrown; it is woken again unless it is removed. The others are not concerned. */
  constructor(clock: Clock, settings: MergeSettings, onFault: (reader: R, error: unknown) => void) {
    this.#clock = clock
    this.settings = settings
    this.#onFault = onFault
  }

  get readerCount(): number {
    return this.#readers.length
  }

  add(reader: R): void {
    this.#readers.push(reader)
    if (this.#scheduled === undefined) this.#collect()
  }

  remove(reader: R): void {
    const at = this.#readers.indexOf(reader)
    if (at === -1) return
    const last = this.#readers.pop()
    if (last !== undefined && last !== reader) this.#readers[at] = last
  }

  /** Something new is in the log. */
  notify(): void {
    if (this.#readers.length === 0) return
    this.#collected++
    if (this.#scheduled === undefined) this.#collect()
    else if (this.#isHolding && this.#collected >= this.settings.frames) this.#release()
  }

  /** Wake the readers now; `isLast` if nothing more comes for a while. True if one of them could not take everything. */
  flush(isLast: boolean): boolean {
    this.#cancel()
    this.#scheduled = undefined
    this.#isHolding = false
    this.#collected = 0
    this.#retry?.cancel()
    this.#retry = undefined
    const now = this.#clock.now()
    this.#lastFlush = now
    const someoneIsBehind = this.#wakeAll(now, isLast)
    if (someoneIsBehind && this.#scheduled === undefined) {
      this.#retry = this.#clock.after(Math.max(retryAfter, this.settings.window.current), this.#flushBound)
    }
    return someoneIsBehind
  }

  close(): void {
    this.#cancel()
    this.#retry?.cancel()
    this.#readers.length = 0
  }

  #wakeAll(now: Milliseconds, isLast: boolean): boolean {
    let someoneIsBehind = false
    let reader: R | undefined
    // Backwards, because a reader may remove itself while it is woken.
    let at = this.#readers.length
    while (at > 0) {
      // Around the loop: what is behind a reader that throws is woken by another turn.
      try {
        while (at > 0) {
          reader = this.#readers[--at]
          if (reader?.wake(now, isLast) === true) someoneIsBehind = true
        }
      } catch (error) {
        if (reader !== undefined) this.#onFault(reader, error)
      }
    }
    return someoneIsBehind
  }

  /** Begin to collect frames until the window is over. */
  #collect(): void {
    const now = this.#clock.now()
    this.#collectingSince = now
    const delay = this.settings.window.current - (now - this.#lastFlush)
    if (delay > 0) {
      this.#scheduled = this.#clock.after(delay, this.#windowOverBound)
    } else {
      this.#scheduled = 'soon'
      this.#clock.soon(this.#windowOverBound)
    }
  }

  #windowOver(): void {
    const { frames, longest } = this.settings
    const areTooFew = this.#collected > 0 && this.#collected < frames
    const left = areTooFew ? longest - (this.#clock.now() - this.#collectingSince) : 0
    if (left <= 0) return void this.flush(false)
    this.#isHolding = true
    this.#scheduled = this.#clock.after(left, this.#flushBound)
  }

  /** Enough frames have come while some were held back. */
  #release(): void {
    this.#cancel()
    this.#isHolding = false
    this.#scheduled = 'soon'
    this.#clock.soon(this.#flushBound)
  }

  #cancel(): void {
    if (this.#scheduled !== undefined && this.#scheduled !== 'soon') this.#scheduled.cancel()
  }
}
