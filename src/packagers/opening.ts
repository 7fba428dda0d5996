import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** A publisher's second kind of track, and the first frame of each track, are waited for so long. */
const settleTime: Milliseconds = 1000
/** Pictures that are announced are waited for so long: who comes in the midst of a stream waits for its next key frame. */
const longestWaitForPictures: Milliseconds = 10_000
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
  #awaitsPictures = false
  /** The picture that was the newest when the newest track came. */
  #newestTrackTime: Milliseconds = 0

  /** @param isOfKnown True if the tracks are those that were there before. */
  constructor(isOfKnown: boolean) {
    this.#furtherTracksTime = isOfKnown ? 0 : furtherTracksTime
  }

  get frames(): readonly PlacedFrame[] {
    return this.#frames
  }

  /** Pictures are announced, and there are none yet. */
  awaitPictures(): void {
    this.#awaitsPictures = true
  }

  add(placed: PlacedFrame): void {
    const { track } = placed.frame
    if (track.kind === 'video') {
      if (this.#isLate(placed)) this.#frames.length = 0
      this.#pictureTime = placed.time
    }
    if (!this.#hasFrameOf(track.id)) this.#newestTrackTime = this.#pictureTime ?? placed.time
    this.#frames.push(placed)
  }

  /** True for the first picture, if it was waited for longer than anything else is: all begins with it. */
  #isLate({ time }: PlacedFrame): boolean {
    const [first] = this.#frames
    return this.#isWaiting && first !== undefined && time - first.time > settleTime
  }

  get #isWaiting(): boolean {
    return this.#awaitsPictures && this.#pictureTime === undefined
  }

  /** True if there is no reason to wait any longer. */
  get isSettled(): boolean {
    const [first, last] = [this.#frames[0], this.#frames.at(-1)]
    if (first === undefined || last === undefined) return false
    const longest = this.#isWaiting ? longestWaitForPictures : settleTime
    if (last.time - first.time >= longest || this.#frames.length >= mostFrames) return true
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
