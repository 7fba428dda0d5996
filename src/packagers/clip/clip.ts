import type { TimeSpan } from '../../contracts/segments.ts'
import type { Bytes } from '../../core/units.ts'
import type { SegmentPart } from './clip-track.ts'

/** Samples of one segment, which stand one behind the other in the file. */
export type ClipPiece = {
  readonly rendition: string
  readonly number: number
  /** In the file. */
  readonly at: Bytes
  readonly size: Bytes
  readonly parts: readonly SegmentPart[]
}

/** A file that is made while it is sent: what stands in front of the media, and where these are. */
export type Clip = {
  readonly head: Uint8Array
  /** Ascending, without holes. */
  readonly pieces: readonly ClipPiece[]
  readonly size: Bytes
  /** What was asked for, as far as it is kept. */
  readonly span: TimeSpan
}
