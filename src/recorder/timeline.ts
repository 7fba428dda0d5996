import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** A frame is taken to last as long as the one before it; a pause is not. */
const longestFrame: Milliseconds = 1000

type TrackTimes = { first: Milliseconds; last: Milliseconds; frameDuration: Milliseconds; frames: number }

/** The times of one file: the stream's clock moved so that the file begins at 0, and how far each track has come. */
export class Timeline {
  /** The stream's time that is 0 in the file. */
  readonly origin: Milliseconds
  readonly #tracks = new Map<number, TrackTimes>()
  #videoTrack: number | undefined

  constructor(origin: Milliseconds) {
    this.origin = origin
  }

  /** The frame's decode time in the file. A time before the origin cannot be written, and becomes 0. */
  timeOf({ time }: PlacedFrame): Milliseconds {
    return Math.max(0, time - this.origin)
  }

  /** The file gets this frame. */
  note(placed: PlacedFrame): void {
    const { track } = placed.frame
    if (track.kind === 'data') return
    if (track.kind === 'video') this.#videoTrack ??= track.id
    this.#noteTime(track.id, this.timeOf(placed))
  }

  /** End of the frame that ends last. */
  get duration(): Milliseconds {
    return Math.max(0, ...[...this.#tracks.values()].map(({ last, frameDuration }) => last + frameDuration))
  }

  /** Pictures per second, from the first to the last; `undefined` for less than two. */
  get frameRate(): number | undefined {
    const times = this.#videoTrack === undefined ? undefined : this.#tracks.get(this.#videoTrack)
    if (times === undefined || times.last === times.first) return undefined
    return Math.round(((times.frames - 1) * 1e6) / (times.last - times.first)) / 1000
  }

  #noteTime(trackId: number, time: Milliseconds): void {
    const times = this.#tracks.get(trackId)
    if (times === undefined) {
      this.#tracks.set(trackId, { first: time, last: time, frameDuration: 0, frames: 1 })
      return
    }
    const distance = time - times.last
    if (distance <= longestFrame) times.frameDuration = distance
    times.last = time
    times.frames++
  }
}
