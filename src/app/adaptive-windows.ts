import { performance } from 'node:perf_hooks'
import type { Clock, Timer } from '../contracts/clock.ts'
import type { Milliseconds } from '../core/units.ts'
import { type MergeWindowOptions, nextMergeWindow } from '../hub/merge-window.ts'
import type { SharedWindow } from '../hub/pump.ts'

const measureEvery: Milliseconds = 200

type AdaptiveWindow = SharedWindow & { readonly options: MergeWindowOptions }

/** The merge windows of this event loop, one for each pair of bounds, all kept in step with how busy the loop is. */
export class AdaptiveWindows {
  readonly #clock: Clock
  readonly #windows = new Map<string, AdaptiveWindow>()
  #last = performance.eventLoopUtilization()
  #timer: Timer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#measureLater()
  }

  /** The window with those bounds; the same object each time. */
  of({ shortest, longest }: MergeWindowOptions): SharedWindow {
    const name = `${shortest}-${longest}`
    const window = this.#windows.get(name) ?? { current: shortest, options: { shortest, longest } }
    this.#windows.set(name, window)
    return window
  }

  close(): void {
    this.#timer?.cancel()
  }

  #measureLater(): void {
    this.#timer = this.#clock.after(measureEvery, () => {
      const now = performance.eventLoopUtilization()
      const load = performance.eventLoopUtilization(now, this.#last).utilization
      this.#last = now
      for (const window of this.#windows.values()) {
        window.current = nextMergeWindow(window.current, load, window.options)
      }
      this.#measureLater()
    })
  }
}
