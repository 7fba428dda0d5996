import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'

/** Where a new segment begins, in every rendition. */
export type Boundary = {
  /** Of the segment that begins there. */
  readonly number: number
  /** The stream's time. */
  readonly time: Milliseconds
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
  /** The period is over at `time`: everything that was added goes into the last segment. */
  end(time: Milliseconds): void
}
