import type { Milliseconds } from '../core/units.ts'

/** A timer that can be taken back. */
export interface Timer {
  cancel(): void
}

/**
 * Time as features see it, so that tests hold it in their hands. `now` never goes back; the media path reads it once
 * per frame and once per merge window, never per reader.
 */
export interface Clock {
  now(): Milliseconds
  /** Wall-clock time in milliseconds since the Unix epoch. */
  wall(): Milliseconds
  /** Call `callback` once, after what this tick of the event loop has read is handled. */
  soon(callback: () => void): void
  /** Call `callback` once, `delay` from now. Does not keep the process alive. */
  after(delay: Milliseconds, callback: () => void): Timer
}
