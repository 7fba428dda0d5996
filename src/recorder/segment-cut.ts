import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'

/** When a recording goes on in another file; 0 is no limit. */
export type SegmentLimits = {
  /** A file ends at the first key frame that is this far behind its beginning. */
  readonly duration: Milliseconds
  /** A file ends at the key frame behind which it would become larger, if the group of pictures is as large as the last. */
  readonly maxSize: Bytes
}

/** A key frame may be this early: encoders round their timestamps. */
const tolerance: Milliseconds = 5

/** Finds the frame at which a file has to end. */
export class SegmentCut {
  readonly #limits: SegmentLimits
  readonly #origin: Milliseconds
  /** Size of the file before the newest frame that another could have begun with. */
  #groupStart: Bytes = 0

  /** @param origin The stream's time that is 0 in the file. */
  constructor(limits: SegmentLimits, origin: Milliseconds) {
    this.#limits = limits
    this.#origin = origin
  }

  /** True if the file ends before this frame. Called once for each frame but the first. @param size Of the file so far. */
  isDue(placed: PlacedFrame, size: Bytes): boolean {
    if (!mayBeginFile(placed)) return false
    const groupSize = size - this.#groupStart
    this.#groupStart = size
    const { duration, maxSize } = this.#limits
    const isLong = duration > 0 && placed.time - this.#origin >= duration - tolerance
    const isLarge = maxSize > 0 && size + groupSize > maxSize
    return isLong || isLarge
  }
}

/** True if a player could start at this frame: a key frame, or any where there is no picture. */
export function mayBeginFile({ frame, isJoinPoint, tracks }: PlacedFrame): boolean {
  return isJoinPoint || (frame.track.kind === 'audio' && tracks.every(track => track.kind !== 'video'))
}
