import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** A moment on the stream's clock, of what is decoded and of what is seen and heard: pictures may be decoded earlier. */
export type Moment = {
  /** Decode time. */
  readonly time: Milliseconds
  /** What is decoded then is presented then. */
  readonly presentation: Milliseconds
}

/** Where a new segment begins, in every rendition. */
export type Boundary = Moment & {
  /** Of the segment that begins there. */
  readonly number: number
  /** True if decoding can start there. */
  readonly isIndependent: boolean
}

/** Makes the segments of one rendition in one period out of frames. */
export type Lane = {
  /** The next frame of a track of the rendition. @param wall When it came. */
  add(placed: PlacedFrame, wall: Milliseconds): void
  /** The stream has come so far, in tracks that others carry. */
  pass(time: Milliseconds): void
  /** A segment begins: with the next frame that is not earlier. */
  begin(boundary: Boundary): void
  /** The period is over: everything that was added goes into the last segment. */
  end(moment: Moment): void
}

/** When a frame is decoded and presented. */
export function momentOf({ frame: { dts, pts, track }, time }: PlacedFrame): Moment {
  return { time, presentation: time + (1000 * (pts - dts)) / track.timescale }
}
