import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { LengthSize } from '../nal/length-prefixed.ts'
import { encodeParameterSets } from '../nal/parameter-sets.ts'
import { h265NalUnitTypes } from './nal-unit-type.ts'
import { encodeProfileTierLevel } from './profile-tier-level.ts'
import { decodeH265Sps, type H265Sps } from './sps.ts'

/** What an H.265 decoder needs before the first frame, in the words of ISO/IEC 14496-15 §8.3.3.1. */
export type H265DecoderConfiguration = {
  readonly lengthSize: LengthSize
  readonly videoParameterSets: readonly Uint8Array[]
  readonly sequenceParameterSets: readonly Uint8Array[]
  readonly pictureParameterSets: readonly Uint8Array[]
}

export type H265ParameterSets = Omit<H265DecoderConfiguration, 'lengthSize'>

const lengthSizeMinusOne = 3
/** All units of a type stand in the record: `hvc1`. */
const arrayCompleteness = 0x80
const mostUnits = 0xffff
/** general_profile_space to numTemporalLayers: all of it stands in the SPS too. */
const factsSize = 20

/**
 * Decode an HEVCDecoderConfigurationRecord.
 *
 *     | version (8) | profile, tier, level, formats, frame rate (160) | … lengthSizeMinusOne (2) | numOfArrays (8) |
 *     { | array_completeness (1) 0 NAL_unit_type (6) | numNalus (16) | { length (16), unit } … } …
 *
 * @returns Parameter sets are views of `record`, with their NAL unit header; units of other types are left out.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §8.3.3.1.2
 */
export function decodeH265DecoderConfiguration(record: Uint8Array): H265DecoderConfiguration {
  const reader = new ByteReader(record, 'h265')
  reader.u8() // configurationVersion: encoders of the draft wrote 0, the layout is the same
  reader.bytes(factsSize)
  const lengthSize = decodeLengthSize(reader.u8())
  const units = decodeArrays(reader)
  return {
    lengthSize,
    videoParameterSets: units.get(h265NalUnitTypes.vps) ?? [],
    sequenceParameterSets: units.get(h265NalUnitTypes.sps) ?? [],
    pictureParameterSets: units.get(h265NalUnitTypes.pps) ?? [],
  }
}

/**
 * The HEVCDecoderConfigurationRecord of a stream with these parameter sets and lengths of four bytes. What the SPS does
 * not say is told as unknown: segmentation, parallelism, frame rate.
 *
 * @param units With their NAL unit header; the first SPS speaks for all.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §8.3.3.1.2
 */
export function encodeH265DecoderConfiguration(units: H265ParameterSets): Uint8Array {
  const [first] = units.sequenceParameterSets
  if (first === undefined) {
    throw new ProtocolError('h265', 'malformed', 'Cannot encode H.265 configuration: it has no SPS')
  }
  const arrays = [
    encodeArray(h265NalUnitTypes.vps, units.videoParameterSets),
    encodeArray(h265NalUnitTypes.sps, units.sequenceParameterSets),
    encodeArray(h265NalUnitTypes.pps, units.pictureParameterSets),
  ].filter(array => array.length > 0)
  return Uint8Array.from([1, ...encodeFacts(decodeH265Sps(first)), arrays.length, ...arrays.flat()])
}

function encodeFacts(sps: H265Sps): number[] {
  const layers = ((sps.maxSubLayersMinus1 + 1) << 3) | ((sps.temporalIdNesting ? 1 : 0) << 2) | lengthSizeMinusOne
  return [
    ...encodeProfileTierLevel(sps.profileTierLevel),
    ...[0xf0, 0, 0xfc], // min_spatial_segmentation_idc, parallelismType
    ...[0xfc | sps.chromaFormatIdc, 0xf8 | sps.bitDepthLumaMinus8, 0xf8 | sps.bitDepthChromaMinus8],
    ...[0, 0, layers], // avgFrameRate, and constantFrameRate in front of the layers
  ]
}

function encodeArray(nalUnitType: number, units: readonly Uint8Array[]): number[] {
  if (units.length === 0) return []
  const head = [arrayCompleteness | nalUnitType, units.length >> 8, units.length & 0xff]
  return [...head, ...encodeParameterSets(units, mostUnits, 'h265')]
}

function decodeLengthSize(byte: number): LengthSize {
  const size = (byte & 3) + 1
  if (size === 1 || size === 2 || size === 4) return size
  const rule = `it is 1, 2 or 4, is ${size}`
  throw new ProtocolError('h265', 'malformed', `Cannot decode H.265 configuration NAL unit length size: ${rule}`)
}

function decodeArrays(reader: ByteReader): Map<number, Uint8Array[]> {
  const units = new Map<number, Uint8Array[]>()
  for (let arrays = reader.u8(); arrays > 0; arrays--) {
    const nalUnitType = reader.u8() & 0x3f
    const ofType = units.get(nalUnitType) ?? []
    units.set(nalUnitType, ofType)
    for (let count = reader.u16(); count > 0; count--) ofType.push(reader.bytes(reader.u16()))
  }
  return units
}
