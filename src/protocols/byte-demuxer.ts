import type { Milliseconds } from '../core/units.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'

/** Takes the bytes of one publisher apart; its frames are in their place in the publication. */
export type ByteDemuxer = {
  /** The same array until one of them changes. */
  readonly tracks: readonly Track[]
  /** True once the container has said that it has pictures, though none may have come that can be decoded. */
  readonly announcesPictures: boolean
  /** What was not as it should be; of another container, what it has in common with transport streams. */
  readonly faults: TsFaults
  /** The stream has frames up to `newest`. To be told before the first frame. */
  continueAfter(newest: Milliseconds): void
  /** Borrows the bytes. @throws {ProtocolError} */
  push(bytes: Uint8Array): readonly Frame[]
  /** Bytes are missing before the next ones. */
  lost(): void
  /** Nothing more comes. @returns The frames that were held back. */
  flush(): readonly Frame[]
}
