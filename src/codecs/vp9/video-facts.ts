import type { VideoFacts } from '../../media/track.ts'
import { decodeVpCodecConfiguration, vpCodecString } from '../vpx/codec-configuration.ts'
import { encodeVp9CodecConfiguration } from './codec-configuration.ts'
import { decodeVp9KeyFrame } from './key-frame.ts'

/**
 * What a key frame and the track's configuration, if it has one, say about the picture. Only the frame tells the size.
 *
 * @throws {ProtocolError}
 */
export function vp9VideoFacts(keyFrame: Uint8Array, config?: Uint8Array): VideoFacts {
  const { width, height } = decodeVp9KeyFrame(keyFrame)
  const configuration = decodeVpCodecConfiguration(config ?? encodeVp9CodecConfiguration(keyFrame), 'vp9')
  return { width, height, codecString: vpCodecString('vp09', configuration) }
}
