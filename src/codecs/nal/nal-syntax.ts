import { BitReader } from '../../core/bit-reader.ts'
import { encodeH264DecoderConfiguration } from '../h264/decoder-configuration.ts'
import { h264NalUnitType, h264NalUnitTypes } from '../h264/nal-unit-type.ts'
import { hasRecoveryPoint } from '../h264/recovery-point.ts'
import { encodeH265DecoderConfiguration } from '../h265/decoder-configuration.ts'
import { h265NalUnitType, h265NalUnitTypes } from '../h265/nal-unit-type.ts'
import { decodeProfileTierLevel } from '../h265/profile-tier-level.ts'
import { encodeH266DecoderConfiguration } from '../h266/decoder-configuration.ts'
import { h266NalUnitType, h266NalUnitTypes } from '../h266/nal-unit-type.ts'
import type { NalCodec } from './nal-codec.ts'
import { removeEmulationPrevention } from './rbsp.ts'

/** How a codec tells its NAL units apart. */
export type NalSyntax = {
  /** Bytes of the NAL unit header: what a unit has at least. */
  readonly headerSize: 1 | 2
  readonly typeOf: (unit: Uint8Array) => number
  readonly accessUnitDelimiter: number
  readonly sps: number
  readonly pps: number
  /** Types of units that belong into the configuration, in its order. */
  readonly parameterSets: readonly number[]
  /** Which of its kind a parameter set is. Throws ProtocolError if it ends before it says so. */
  readonly parameterSetId: (unit: Uint8Array) => number
  /** Units with a part of the picture have these types and those between them. */
  readonly firstPicture: number
  readonly lastPicture: number
  /** True if decoding can start with an access unit that has this unit. */
  readonly opensDecoding: (unit: Uint8Array) => boolean
  /** The configuration record with these parameter sets. Throws ProtocolError if they are malformed. */
  readonly encodeConfiguration: (ofType: (type: number) => readonly Uint8Array[]) => Uint8Array
}

/** The id stands within so many bytes, those of an H.265 SPS behind the levels of all its layers. */
const idWithin = 128

export const nalSyntaxes: { readonly [Name in NalCodec]: NalSyntax } = {
  h264: {
    headerSize: 1,
    typeOf: h264NalUnitType,
    ...h264NalUnitTypes,
    parameterSets: [h264NalUnitTypes.sps, h264NalUnitTypes.pps],
    parameterSetId: h264ParameterSetId,
    firstPicture: h264NalUnitTypes.slice,
    lastPicture: h264NalUnitTypes.idrSlice,
    opensDecoding: unit => {
      const type = h264NalUnitType(unit)
      return type === h264NalUnitTypes.idrSlice || (type === h264NalUnitTypes.sei && hasRecoveryPoint(unit))
    },
    encodeConfiguration: ofType =>
      encodeH264DecoderConfiguration({
        sequenceParameterSets: ofType(h264NalUnitTypes.sps),
        pictureParameterSets: ofType(h264NalUnitTypes.pps),
      }),
  },
  h265: {
    headerSize: 2,
    typeOf: h265NalUnitType,
    ...h265NalUnitTypes,
    parameterSets: [h265NalUnitTypes.vps, h265NalUnitTypes.sps, h265NalUnitTypes.pps],
    parameterSetId: h265ParameterSetId,
    firstPicture: 0,
    lastPicture: h265NalUnitTypes.lastVcl,
    opensDecoding: unit => isWithin(h265NalUnitType(unit), h265NalUnitTypes.firstIrap, h265NalUnitTypes.lastIrap),
    encodeConfiguration: ofType =>
      encodeH265DecoderConfiguration({
        videoParameterSets: ofType(h265NalUnitTypes.vps),
        sequenceParameterSets: ofType(h265NalUnitTypes.sps),
        pictureParameterSets: ofType(h265NalUnitTypes.pps),
      }),
  },
  h266: {
    headerSize: 2,
    typeOf: h266NalUnitType,
    ...h266NalUnitTypes,
    parameterSets: [
      h266NalUnitTypes.opi,
      h266NalUnitTypes.dci,
      h266NalUnitTypes.vps,
      h266NalUnitTypes.sps,
      h266NalUnitTypes.pps,
    ],
    parameterSetId: h266ParameterSetId,
    firstPicture: 0,
    lastPicture: h266NalUnitTypes.lastVcl,
    opensDecoding: unit => isWithin(h266NalUnitType(unit), h266NalUnitTypes.firstIrap, h266NalUnitTypes.lastIrap),
    encodeConfiguration: ofType =>
      encodeH266DecoderConfiguration({
        operatingPoints: ofType(h266NalUnitTypes.opi),
        decodingCapabilities: ofType(h266NalUnitTypes.dci),
        videoParameterSets: ofType(h266NalUnitTypes.vps),
        sequenceParameterSets: ofType(h266NalUnitTypes.sps),
        pictureParameterSets: ofType(h266NalUnitTypes.pps),
      }),
  },
}

/** ITU-T H.264 §7.3.2.1.1, §7.3.2.2. */
function h264ParameterSetId(unit: Uint8Array): number {
  const reader = behindHeader(unit, 'h264')
  if (h264NalUnitType(unit) === h264NalUnitTypes.sps) reader.skip(24) // profile_idc, constraint flags, level_idc
  return reader.unsignedExpGolomb()
}

/** ITU-T H.265 §7.3.2.1, §7.3.2.2.1, §7.3.2.3.1. */
function h265ParameterSetId(unit: Uint8Array): number {
  const reader = behindHeader(unit, 'h265')
  const type = h265NalUnitType(unit)
  if (type === h265NalUnitTypes.vps) return reader.bits(4)
  if (type === h265NalUnitTypes.sps) {
    reader.skip(4) // sps_video_parameter_set_id
    const maxSubLayersMinus1 = reader.bits(3)
    reader.skip(1) // sps_temporal_id_nesting_flag
    decodeProfileTierLevel(reader, maxSubLayersMinus1)
  }
  return reader.unsignedExpGolomb()
}

/** ITU-T H.266 §7.3.2.3, §7.3.2.4, §7.3.2.5. There is one DCI and one OPI. */
function h266ParameterSetId(unit: Uint8Array): number {
  const type = h266NalUnitType(unit)
  if (type === h266NalUnitTypes.dci || type === h266NalUnitTypes.opi) return 0
  return behindHeader(unit, 'h266').bits(type === h266NalUnitTypes.pps ? 6 : 4)
}

function behindHeader(unit: Uint8Array, codec: NalCodec): BitReader {
  const reader = new BitReader(removeEmulationPrevention(unit.subarray(0, idWithin)), codec)
  reader.skip(8 * nalSyntaxes[codec].headerSize)
  return reader
}

function isWithin(type: number, first: number, last: number): boolean {
  return type >= first && type <= last
}
