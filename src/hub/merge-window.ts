import type { Milliseconds } from '../core/units.ts'

/** How long frames may be held back so that one write carries more of them. */
export type MergeWindowOptions = {
  /** The window of an idle machine. */
  readonly shortest: Milliseconds
  /** The latency that merging may add at most. Equal to `shortest` for a fixed window. */
  readonly longest: Milliseconds
}

/** Below this share of busy time the window shrinks, above the other it grows; between the two it rests. */
const relaxedLoad = 0.55
const busyLoad = 0.75
const growth = 1.5
const shrinkage = 0.8
/** From here on a window can grow by a factor. */
const firstStep: Milliseconds = 10

/**
 * The next window for a machine that was busy for `load` (0 to 1) of the last measuring period.
 *
 * Merging is what makes delivery cheap: ten times fewer writes cost a tenth. So time is given away only as load asks
 * for it, and quickly; it is taken back slowly, because a shorter window raises the load by itself.
 */
export function nextMergeWindow(current: Milliseconds, load: number, options: MergeWindowOptions): Milliseconds {
  if (load > busyLoad) return Math.min(options.longest, Math.max(current * growth, options.shortest + firstStep))
  if (load < relaxedLoad) {
    const shorter = current * shrinkage
    return shorter - options.shortest < firstStep ? options.shortest : shorter
  }
  return current
}
