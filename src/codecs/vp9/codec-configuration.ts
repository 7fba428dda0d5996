import { ProtocolError } from '../../core/errors.ts'
import { encodeVpCodecConfiguration } from '../vpx/codec-configuration.ts'
import { vpLevel } from '../vpx/level.ts'
import { decodeVp9KeyFrame, type Vp9KeyFrame } from './key-frame.ts'

const unspecified = 2
const colocatedWithLuma = 1
/** The MatrixCoefficients of ISO/IEC 23091-2 for each color_space of VP9 §7.2.2. */
const matrixCoefficientsOf = [unspecified, 5, 1, 6, 7, 9, unspecified, 0] as const

/**
 * The body of the VPCodecConfigurationBox of a stream with this key frame, which tells no primaries and no transfer.
 *
 * @throws {ProtocolError} Also for 4:4:0, which the box cannot say.
 * @see VP-ISOBMFF §2.2
 */
export function encodeVp9CodecConfiguration(keyFrame: Uint8Array): Uint8Array {
  const header = decodeVp9KeyFrame(keyFrame)
  return encodeVpCodecConfiguration({
    profile: header.profile,
    level: vpLevel(header.width, header.height),
    bitDepth: header.bitDepth,
    chromaSubsampling: chromaSubsampling(header),
    videoFullRangeFlag: header.fullRange,
    colourPrimaries: unspecified,
    transferCharacteristics: unspecified,
    matrixCoefficients: matrixCoefficientsOf[header.colorSpace] as number,
  })
}

function chromaSubsampling({ subsamplingX, subsamplingY }: Vp9KeyFrame): number {
  if (subsamplingX === 0 && subsamplingY === 1) {
    throw new ProtocolError('vp9', 'unsupported', 'Cannot encode VP9 configuration: it has no code for 4:4:0')
  }
  return subsamplingX === 0 ? 3 : subsamplingY === 0 ? 2 : colocatedWithLuma
}
