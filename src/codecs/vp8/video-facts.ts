import type { VideoFacts } from '../../media/track.ts'
import { decodeVpCodecConfiguration, vpCodecString } from '../vpx/codec-configuration.ts'
import { encodeVp8CodecConfiguration } from './codec-configuration.ts'
import { decodeVp8KeyFrame } from './key-frame.ts'

/**
 * What a key frame and the track's configuration, if it has one, say about the picture. Only the frame tells the size.
 *
 * @throws {ProtocolError}
 */
export function vp8VideoFacts(keyFrame: Uint8Array, config?: Uint8Array): VideoFacts {
  const { width, height } = decodeVp8KeyFrame(keyFrame)
  const configuration = decodeVpCodecConfiguration(config ?? encodeVp8CodecConfiguration(keyFrame), 'vp8')
  return { width, height, codecString: vpCodecString('vp08', configuration) }
}
