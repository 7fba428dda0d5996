import { ProtocolError } from '../../core/errors.ts'
import type { VideoFacts } from '../../media/track.ts'
import { decodeAv1CodecConfiguration } from './codec-configuration.ts'
import type { Av1SequenceHeader } from './sequence-header.ts'

/** What stands for the optional end of a codec string that is left away: 4:2:0, BT.709, studio range. */
const defaultColors = '0.110.01.01.01.0'
const unspecified = 2
const bt709 = 1

/**
 * What an AV1CodecConfigurationRecord says about the picture.
 *
 * @throws {ProtocolError} Also if it has no sequence header: its own fields do not tell the size.
 */
export function av1VideoFacts(config: Uint8Array): VideoFacts {
  const header = decodeAv1CodecConfiguration(config)
  if (header === undefined) {
    throw new ProtocolError('av1', 'malformed', 'Cannot decode AV1 configuration: it has no sequence header')
  }
  const { maxFrameWidth: width, maxFrameHeight: height, frameRate } = header
  return { width, height, codecString: av1CodecString(header), ...(frameRate !== undefined && { frameRate }) }
}

/**
 * The codec string for `video/mp4`, such as `av01.0.08M.10.0.110.09.16.09.0`; its end from the `0` on, which tells the
 * colours, is left away where they are the usual ones.
 *
 * @see AV1-ISOBMFF §5
 */
function av1CodecString({ profile, level, tier, color }: Av1SequenceHeader): string {
  const head = `av01.${profile}.${digits(level, 2)}${tier === 1 ? 'H' : 'M'}.${digits(color.bitDepth, 2)}`
  const format = `${color.monochrome ? 1 : 0}.${color.subsamplingX}${color.subsamplingY}${color.chromaSamplePosition}`
  const codes = [color.colorPrimaries, color.transferCharacteristics, color.matrixCoefficients]
  const known = codes.map(code => digits(code === unspecified ? bt709 : code, 2))
  const colors = [format, ...known, color.fullRange ? 1 : 0].join('.')
  return colors === defaultColors ? head : `${head}.${colors}`
}

function digits(value: number, count: number): string {
  return value.toString().padStart(count, '0')
}
