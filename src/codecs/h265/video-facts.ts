import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH265DecoderConfiguration } from './decoder-configuration.ts'
import { h265CodecString } from './profile-tier-level.ts'
import { decodeH265Sps } from './sps.ts'

/**
 * What an HEVCDecoderConfigurationRecord says about the picture. Its first SPS speaks for all.
 *
 * @throws {ProtocolError}
 */
export function h265VideoFacts(config: Uint8Array): VideoFacts {
  const [sps] = decodeH265DecoderConfiguration(config).sequenceParameterSets
  if (sps === undefined)
    throw new ProtocolError('h265', 'malformed', 'Cannot decode H.265 configuration: it has no SPS')
  const { profileTierLevel, width, height, frameRate } = decodeH265Sps(sps)
  const codecString = h265CodecString(profileTierLevel)
  return { width, height, codecString, ...(frameRate !== undefined && { frameRate }) }
}
