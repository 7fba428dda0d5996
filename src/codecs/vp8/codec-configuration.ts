import { encodeVpCodecConfiguration } from '../vpx/codec-configuration.ts'
import { vpLevel } from '../vpx/level.ts'
import { decodeVp8KeyFrame } from './key-frame.ts'

const unspecified = 2

/**
 * The body of the VPCodecConfigurationBox of a stream with this key frame. VP8 is always 4:2:0 with 8 bits.
 *
 * @throws {ProtocolError}
 * @see VP-ISOBMFF §2.2
 */
export function encodeVp8CodecConfiguration(keyFrame: Uint8Array): Uint8Array {
  const { version, width, height } = decodeVp8KeyFrame(keyFrame)
  return encodeVpCodecConfiguration({
    profile: version,
    level: vpLevel(width, height),
    bitDepth: 8,
    chromaSubsampling: 1,
    videoFullRangeFlag: false,
    colourPrimaries: unspecified,
    transferCharacteristics: unspecified,
    matrixCoefficients: unspecified,
  })
}
