import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** What the uncompressed header of a VP9 key frame says, in the words of VP9 §7.2. */
export type Vp9KeyFrame = {
  readonly profile: number
  readonly bitDepth: 8 | 10 | 12
  readonly colorSpace: number
  readonly fullRange: boolean
  readonly subsamplingX: 0 | 1
  readonly subsamplingY: 0 | 1
  readonly width: number
  readonly height: number
}

/** color_space of VP9 §7.2.2: the only one that is not stored as luma and chroma. */
const csRgb = 7

const frameMarker = 2
const syncCode = 0x498342
const keyFrame = 0

/**
 * Decode the uncompressed header of a key frame as far as its size.
 *
 *     | frame_marker 2 (2) | profile, low bit first (2) | 0 (1), in profile 3 | show_existing_frame 0 (1) |
 *     | frame_type 0 (1) | show_frame (1) | error_resilient_mode (1) | 49 83 42 (24) | color_config |
 *     | frame_width_minus_1 (16) | frame_height_minus_1 (16) | …
 *
 * @throws {ProtocolError} Also if the frame is no key frame.
 * @see VP9 §6.2
 */
export function decodeVp9KeyFrame(frame: Uint8Array): Vp9KeyFrame {
  const reader = new BitReader(frame, 'vp9')
  const { profile, isKey } = decodeFrameType(reader)
  if (!isKey) throw malformed('it is a key frame')
  reader.skip(2) // show_frame, error_resilient_mode
  if (reader.bits(24) !== syncCode) throw malformed('its sync code is 49 83 42')
  const color = decodeColorConfig(reader, profile)
  return { profile, ...color, width: reader.bits(16) + 1, height: reader.bits(16) + 1 }
}

function decodeFrameType(reader: BitReader): { readonly profile: number; readonly isKey: boolean } {
  const marker = reader.bits(2)
  if (marker !== frameMarker) throw malformed(`frame_marker is ${frameMarker}, is ${marker}`)
  const lowBit = reader.bits(1)
  const profile = reader.bits(1) * 2 + lowBit
  if (profile === 3) reader.skip(1) // reserved_zero
  const showsExistingFrame = reader.flag()
  return { profile, isKey: !showsExistingFrame && reader.bits(1) === keyFrame }
}

type ColorConfig = Omit<Vp9KeyFrame, 'profile' | 'width' | 'height'>

/** VP9 §6.2.2. */
function decodeColorConfig(reader: BitReader, profile: number): ColorConfig {
  const bitDepth = profile < 2 ? 8 : reader.flag() ? 12 : 10
  const colorSpace = reader.bits(3)
  const hasSubsampling = profile === 1 || profile === 3
  if (colorSpace === csRgb) {
    if (!hasSubsampling) throw malformed(`RGB is in profile 1 or 3, is ${profile}`)
    reader.skip(1) // reserved_zero
    return { bitDepth, colorSpace, fullRange: true, subsamplingX: 0, subsamplingY: 0 }
  }
  const fullRange = reader.flag()
  if (!hasSubsampling) return { bitDepth, colorSpace, fullRange, subsamplingX: 1, subsamplingY: 1 }
  const subsamplingX = reader.flag() ? 1 : 0
  const subsamplingY = reader.flag() ? 1 : 0
  reader.skip(1) // reserved_zero
  return { bitDepth, colorSpace, fullRange, subsamplingX, subsamplingY }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('vp9', 'malformed', `Cannot decode VP9 key frame: ${rule}`)
}
