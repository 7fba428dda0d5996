import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH266DecoderConfiguration } from './decoder-configuration.ts'
import { h266NalUnitType, h266NalUnitTypes } from './nal-unit-type.ts'
import { h266CodecString } from './profile-tier-level.ts'
import { decodeH266Sps } from './sps.ts'

/** avg_frame_rate counts the frames of so many seconds. */
const averagedSeconds = 256

/**
 * What a VvcDecoderConfigurationRecord says about the picture. Its first SPS knows the size as shown; without one, the
 * size is that of the record.
 *
 * @throws {ProtocolError}
 */
export function h266VideoFacts(config: Uint8Array): VideoFacts {
  const { operatingPoint, units } = decodeH266DecoderConfiguration(config)
  const unit = units.find(candidate => h266NalUnitType(candidate) === h266NalUnitTypes.sps)
  const sps = unit && decodeH266Sps(unit)
  const width = sps?.width ?? operatingPoint?.maxPictureWidth
  const height = sps?.height ?? operatingPoint?.maxPictureHeight
  if (width === undefined || height === undefined) {
    throw new ProtocolError('h266', 'malformed', 'Cannot decode H.266 configuration: it has no SPS and tells no size')
  }
  const level = operatingPoint?.nativePtl ?? sps?.profileTierLevel
  const frameRate = (operatingPoint?.avgFrameRate ?? 0) / averagedSeconds
  return {
    width,
    height,
    ...(level !== undefined && { codecString: h266CodecString(level) }),
    ...(frameRate > 0 && { frameRate }),
  }
}
