import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeH264DecoderConfiguration } from './decoder-configuration.ts'
import { decodeH264Sps } from './sps.ts'

/**
 * What an AVCDecoderConfigurationRecord says about the picture. Its first SPS speaks for all.
 *
 * @throws {ProtocolError}
 */
export function h264VideoFacts(config: Uint8Array): VideoFacts {
  const [sps] = decodeH264DecoderConfiguration(config).sequenceParameterSets
  if (sps === undefined)
    throw new ProtocolError('h264', 'malformed', 'Cannot decode H.264 configuration: it has no SPS')
  const { profileIdc, constraintFlags, levelIdc, width, height, vui } = decodeH264Sps(sps)
  const { frameRate } = vui
  const codecString = h264CodecString(profileIdc, constraintFlags, levelIdc)
  return { width, height, codecString, ...(frameRate !== undefined && { frameRate }) }
}

/** The codec string for `video/mp4`, such as `avc1.64001f`. Source: RFC 6381 §3.3. */
function h264CodecString(profileIdc: number, constraintFlags: number, levelIdc: number): string {
  return `avc1.${Buffer.from([profileIdc, constraintFlags, levelIdc]).toString('hex')}`
}
