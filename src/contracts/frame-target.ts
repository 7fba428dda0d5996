import type { Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'

/** Where the frames of one publisher go: its publication. */
export interface FrameTarget {
  /** Media time up to which the stream has frames of former publishers; `undefined` if it has none. */
  readonly continuesFrom: Milliseconds | undefined
  /** Name and version of the encoder, when the publisher says so. */
  encoder: string | undefined
  /** True once the publisher has said that pictures will come, though none may have come that can be decoded. */
  announcesPictures: boolean
  declare(track: Track): void
  write(frame: Frame): void
}
