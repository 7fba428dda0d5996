import { ProtocolError } from '../core/errors.ts'
import type { Codec } from '../media/track.ts'
import { decodeH264DecoderConfiguration } from './h264/decoder-configuration.ts'
import { decodeH264Sps } from './h264/sps.ts'
import { decodeH265DecoderConfiguration } from './h265/decoder-configuration.ts'
import { decodeH265Sps } from './h265/sps.ts'

/**
 * How many pictures come before another in the order of decoding and behind it in the order of showing, at most, as the
 * configuration tells it; `undefined` if it does not.
 *
 * @see ITU-T H.264 §E.2.1 (max_num_reorder_frames), H.265 §7.4.3.2.1 (sps_max_num_reorder_pics)
 */
export function reorderDepth(codec: Codec, config: Uint8Array): number | undefined {
  try {
    switch (codec) {
      case 'h264': {
        const [sps] = decodeH264DecoderConfiguration(config).sequenceParameterSets
        return sps && decodeH264Sps(sps).vui.maxNumReorderFrames
      }
      case 'h265': {
        const [sps] = decodeH265DecoderConfiguration(config).sequenceParameterSets
        return sps && decodeH265Sps(sps).maxNumReorderPics
      }
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
