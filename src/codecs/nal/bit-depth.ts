import type { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { NalCodec } from './nal-codec.ts'

/**
 * Read bit_depth_luma_minus8 or bit_depth_chroma_minus8 of an SPS.
 *
 * @param most 6 for H.264, 8 for H.265.
 * @throws {ProtocolError}
 * @see ITU-T H.264 §7.4.2.1.1, ITU-T H.265 §7.4.3.2.1
 */
export function decodeBitDepthMinus8(reader: BitReader, most: number, codec: NalCodec): number {
  const minus8 = reader.unsignedExpGolomb()
  if (minus8 <= most) return minus8
  throw new ProtocolError(
    codec,
    'malformed',
    `Cannot decode ${codec} SPS: bit depth minus 8 is at most ${most}, is ${minus8}`,
  )
}
