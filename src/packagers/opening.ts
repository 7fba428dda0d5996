import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** A publisher's second kind of track, and the first frame of each track, are waited for so long. */
const settleTime: Milliseconds = 1000
const mostFrames = 1000
/**
 * A publisher that has just come may have further tracks, which transport streams bring one behind the other: they are
 * waited for as long as pictures go on by so much behind the newest track. Sound says nothing of that: it comes in PES
 * packets of a quarter of a second.
 */
const furtherTracksTime: Milliseconds = 250

/** The first frames of a period, held until it is known of which tracks something comes. */
export class Opening {
  readonly #frames: PlacedFrame[] = []
  readonly #furtherTracksTime: Milliseconds
  /** Of the newest picture. */
  #pictureTime: Milliseconds | undefined
  /** The picture that was the newest when the newest track came. */
  #newestTrackTime: Milliseconds = 0

  /** @param isOfKnown True if the tracks are those that were there before. */
  constructor(isOfKnown: boolean) {
    this.#furtherTracksTime = isOfKnown ? 0 : furtherTracksTime
  }

  get frames(): readonly PlacedFrame[] {
    return this.#frames
  }

  add(placed: PlacedFrame): void {
    const { track } = placed.frame
    if (track.kind === 'video') this.#pictureTime = placed.time
    if (!this.#hasFrameOf(track.id)) this.#newestTrackTime = this.#pictureTime ?? placed.time
    this.#frames.push(placed)
  }

  /** True if there is no reason to wait any longer. */
  get isSettled(): boolean {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)]
    if (first === undefined || last === undefined) return false
    if (last.time - first.time >= settleTime || this.#frames.length >= mostFrames) return true
    const { tracks } = last
    const hasBothKinds = ['video', 'audio'].every(kind => tracks.some(track => track.kind === kind))
    const waited = (this.#pictureTime ?? 0) - this.#newestTrackTime
    if (!hasBothKinds || waited < this.#furtherTracksTime) return false
    return tracks.every(({ id, kind }) => kind === 'data' || this.#hasFrameOf(id))
  }

  #hasFrameOf(trackId: number): boolean {
    return this.#frames.some(({ frame }) => frame.track.id === trackId)
  }
}
