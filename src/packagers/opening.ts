import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** A publisher's second kind of track, and the first frame of each track, are waited for so long. */
const settleTime: Milliseconds = 1000
const mostFrames = 1000

/** The first frames of a period, held until it is known of which tracks something comes. */
export class Opening {
  readonly #frames: PlacedFrame[] = []

  get frames(): readonly PlacedFrame[] {
    return this.#frames
  }

  add(placed: PlacedFrame): void {
    this.#frames.push(placed)
  }

  /** True if there is no reason to wait any longer. */
  get isSettled(): boolean {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)]
    if (first === undefined || last === undefined) return false
    if (last.time - first.time >= settleTime || this.#frames.length >= mostFrames) return true
    const { tracks } = last
    const hasBothKinds = ['video', 'audio'].every(kind => tracks.some(track => track.kind === kind))
    return hasBothKinds && tracks.every(({ id, kind }) => kind === 'data' || this.#hasFrameOf(id))
  }

  #hasFrameOf(trackId: number): boolean {
    return this.#frames.some(({ frame }) => frame.track.id === trackId)
  }
}
