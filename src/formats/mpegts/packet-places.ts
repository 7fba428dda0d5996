import type { Milliseconds } from '../../core/units.ts'

/** A unit of packets that is not to be torn apart, when it is left out. */
export type TimedPackets = {
  /** Whole packets from `start` to `end`. */
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  /** Decode time, on the stream's clock. */
  readonly time: Milliseconds
  /** True if a receiver can begin here. */
  readonly isJoinPoint: boolean
}

/** Where packets are put one by one, each at a time of its own. */
export type PacketPlaces = {
  /** The block that the place of the next packet lies in. Valid from `place` to the next `place`. */
  readonly bytes: Uint8Array
  /** Make room for one packet that leaves at `time`, which never goes back; return its offset in `bytes`. */
  place(time: Milliseconds): number
}
