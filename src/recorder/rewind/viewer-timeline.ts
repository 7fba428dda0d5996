import { rescale } from '../../core/time.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'

/** From the newest frame before a gap to the first one behind it: as if there were 25 pictures a second. */
const pause: Milliseconds = 40

/**
 * From times that count from the Unix epoch to those of one viewer, which begin at 0 and have no gaps. What would come
 * before the beginning, or before what the track has had already, is left out.
 */
export class ViewerTimeline {
  /** Of the epoch, at the viewer's 0. In microseconds, which serve all timescales in use. */
  #zero = 0
  /** Of the newest frame of each track, by id. */
  readonly #newest = new Map<number, Milliseconds>()

  /** What begins at a time goes on behind what has come. */
  continueAt(begin: Milliseconds): void {
    const end = this.#newest.size === 0 ? 0 : Math.max(...this.#newest.values()) + pause
    this.#zero = Math.round(1000 * (begin - end))
  }

  /** The frame in its place for the viewer, if it has one. */
  place(frame: Frame): Frame | undefined {
    const { track } = frame
    const shift = rescale(this.#zero, 1_000_000, track.timescale)
    const placed = { ...frame, dts: frame.dts - shift, pts: frame.pts - shift }
    const time = timeOf(placed)
    if (time < (this.#newest.get(track.id) ?? 0)) return undefined
    this.#newest.set(track.id, time)
    return placed
  }
}

/** When a frame is decoded. */
export function timeOf({ dts, track }: Frame): Milliseconds {
  return (1000 * dts) / track.timescale
}
