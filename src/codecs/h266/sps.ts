import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { removeEmulationPrevention } from '../nal/rbsp.ts'
import { h266NalUnitTypes } from './nal-unit-type.ts'
import { decodeSpsProfileTierLevel, type H266ProfileTierLevel } from './profile-tier-level.ts'

/** The facts of an H.266 sequence parameter set. */
export type H266Sps = {
  /** Missing in the SPS of a layer that depends on others. */
  readonly profileTierLevel: H266ProfileTierLevel | undefined
  /** In luma samples, as shown: inside the conformance window. */
  readonly width: number
  readonly height: number
}

/**
 * Decode an SPS NAL unit, header included, as far as the conformance window.
 *
 * @throws {ProtocolError}
 * @see ITU-T H.266 §7.3.2.4
 */
export function decodeH266Sps(unit: Uint8Array): H266Sps {
  const reader = new BitReader(removeEmulationPrevention(unit), 'h266')
  const nalUnitType = (reader.bits(16) >> 3) & 0x1f
  if (nalUnitType !== h266NalUnitTypes.sps)
    throw malformed(`the NAL unit type is ${h266NalUnitTypes.sps}, is ${nalUnitType}`)

  reader.skip(8) // sps_seq_parameter_set_id, sps_video_parameter_set_id
  const maxSubLayersMinus1 = reader.bits(3)
  const chromaFormatIdc = reader.bits(2)
  reader.skip(2) // sps_log2_ctu_size_minus5
  const hasProfileTierLevel = reader.flag()
  const profileTierLevel = hasProfileTierLevel ? decodeSpsProfileTierLevel(reader, maxSubLayersMinus1) : undefined
  reader.skip(1) // sps_gdr_enabled_flag
  if (reader.flag()) reader.skip(1) // sps_res_change_in_clvs_allowed_flag
  return { profileTierLevel, ...decodeSize(reader, chromaFormatIdc) }
}

function decodeSize(reader: BitReader, chromaFormatIdc: number): Pick<H266Sps, 'width' | 'height'> {
  const codedWidth = reader.unsignedExpGolomb()
  const codedHeight = reader.unsignedExpGolomb()
  const unitX = chromaFormatIdc === 1 || chromaFormatIdc === 2 ? 2 : 1
  const unitY = chromaFormatIdc === 1 ? 2 : 1
  const hasWindow = reader.flag()
  const width = codedWidth - (hasWindow ? unitX * (reader.unsignedExpGolomb() + reader.unsignedExpGolomb()) : 0)
  const height = codedHeight - (hasWindow ? unitY * (reader.unsignedExpGolomb() + reader.unsignedExpGolomb()) : 0)
  if (width <= 0 || height <= 0) throw malformed(`the conformance window is not empty, is ${width} x ${height}`)
  return { width, height }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('h266', 'malformed', `Cannot decode H.266 SPS: ${rule}`)
}
