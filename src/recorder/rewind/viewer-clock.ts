import { rescale } from '../../core/time.ts'
import type { Ticks } from '../../core/units.ts'

/** From times of kept media, which count from the Unix epoch, to those of one viewer, which have no gaps. */
export class ViewerClock {
  /** What is 0 for the viewer. */
  #zero: Ticks = 0
  #timescale = 1

  /** Let a time of the media be a time of the viewer. */
  set(media: Ticks, viewer: Ticks, timescale: number): void {
    this.#zero = media - viewer
    this.#timescale = timescale
  }

  of(media: Ticks, timescale: number): Ticks {
    return media - rescale(this.#zero, this.#timescale, timescale)
  }
}
