import { BitReader } from '../../core/bit-reader.ts'

/** What the first bits of a frame header say. */
export type Av1FrameStart = {
  /** True if a picture is shown: the temporal unit has what it was waiting for. */
  readonly isShown: boolean
  /** True if it is a key frame that is shown as soon as it is decoded. */
  readonly isKey: boolean
}

const keyFrame = 0

/**
 * Decode the start of uncompressed_header(), with which the payloads of frame header and frame OBUs begin.
 *
 *     | show_existing_frame (1) | frame_type (2) | show_frame (1) | …
 *
 * @param isReduced reduced_still_picture_header: there are no such bits.
 * @throws {ProtocolError}
 * @see AV1 §5.9.2
 */
export function decodeAv1FrameStart(payload: Uint8Array, isReduced: boolean): Av1FrameStart {
  if (isReduced) return { isShown: true, isKey: true }
  const reader = new BitReader(payload, 'av1')
  const showExistingFrame = reader.flag()
  if (showExistingFrame) return { isShown: true, isKey: false }
  const frameType = reader.bits(2)
  const isShown = reader.flag()
  return { isShown, isKey: isShown && frameType === keyFrame }
}
