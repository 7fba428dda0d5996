import { performance } from 'node:perf_hooks'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'
import { type MergeWindowOptions, nextMergeWindow } from '../hub/merge-window.ts'
import type { SharedWindow } from '../hub/pump.ts'

const measureEvery: Milliseconds = 200

/** The merge window of this event loop, kept in step with how busy the loop is. */
export class AdaptiveWindow implements SharedWindow {
  current: Milliseconds
  /** Share of the last measuring period that the event loop was busy, 0 to 1. */
  load = 0
  readonly #clock: Clock
  readonly #options: MergeWindowOptions
  #last = performance.eventLoopUtilization()
  #timer: Timer | undefined

  constructor(clock: Clock, options: MergeWindowOptions) {
    this.#clock = clock
    this.#options = options
    this.current = options.shortest
    this.#measureLater()
  }

  close(): void {
    this.#timer?.cancel()
  }

  #measureLater(): void {
    this.#timer = this.#clock.after(measureEvery, () => {
      const now = performance.eventLoopUtilization()
      this.load = performance.eventLoopUtilization(now, this.#last).utilization
      this.#last = now
      this.current = nextMergeWindow(this.current, this.load, this.#options)
      this.#measureLater()
    })
  }
}
