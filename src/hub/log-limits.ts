import type { Bytes, Milliseconds } from '../core/units.ts'

/** How much of a stream is kept for readers who join or fall behind. */
export type LogLimits = {
  /** A group of pictures longer than this is not offered to new readers; they wait for the next one. */
  readonly gopBytes: Bytes
  readonly gopTime: Milliseconds
  /** Frames in the group of pictures that new readers start with. */
  readonly gopFrames: number
  /** A reader further behind than this jumps to the newest key frame. */
  readonly lagBytes: Bytes
  readonly lagTime: Milliseconds
}
