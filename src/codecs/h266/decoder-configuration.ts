import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { LengthSize } from '../nal/length-prefixed.ts'
import { encodeParameterSets } from '../nal/parameter-sets.ts'
import { h266NalUnitTypes } from './nal-unit-type.ts'
import { decodePtlRecord, type H266ProfileTierLevel } from './profile-tier-level.ts'

/** What an H.266 decoder needs before the first frame, in the words of ISO/IEC 14496-15 §11.2.4.2. */
export type H266DecoderConfiguration = {
  readonly lengthSize: LengthSize
  readonly operatingPoint: H266OperatingPoint | undefined
  /** Parameter sets and SEI messages in the order of the record, with their NAL unit header. */
  readonly units: readonly Uint8Array[]
}

/** What the record says about the whole picture and who can decode it. */
export type H266OperatingPoint = {
  readonly nativePtl: H266ProfileTierLevel
  /** Without conformance window. */
  readonly maxPictureWidth: number
  readonly maxPictureHeight: number
  /** Frames in 256 seconds; 0 is not known. */
  readonly avgFrameRate: number
}

/** With their NAL unit header. */
export type H266ParameterSets = {
  readonly operatingPoints: readonly Uint8Array[]
  readonly decodingCapabilities: readonly Uint8Array[]
  readonly videoParameterSets: readonly Uint8Array[]
  readonly sequenceParameterSets: readonly Uint8Array[]
  readonly pictureParameterSets: readonly Uint8Array[]
}

const mostUnits = 0xffff
/** All units of a type stand in the record. */
const arrayCompleteness = 0x80

/** A header alone. */
const shortestUnit = 2

/**
 * Decode a VvcDecoderConfigurationRecord.
 *
 *     | 11111 (5) | LengthSizeMinusOne (2) | ptl_present_flag (1) |
 *     | ols_idx (9) | num_sublayers (3) | constant_frame_rate (2) | chroma_format_idc (2) | bit_depth_minus8 (3) |
 *     | 11111 (5) | native_ptl | max_picture_width (16) | max_picture_height (16) | avg_frame_rate (16), if the flag is set |
 *     | num_of_arrays (8) | { completeness (1) 00 NAL_unit_type (5) | num_nalus (16), except for DCI and OPI |
 *     { length (16), unit } … } …
 *
 * @returns Units are views of `record`.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §11.2.4.2.2
 */
export function decodeH266DecoderConfiguration(record: Uint8Array): H266DecoderConfiguration {
  const reader = new BitReader(record, 'h266')
  reader.skip(5)
  const lengthSize = decodeLengthSize(reader.bits(2) + 1)
  const operatingPoint = reader.flag() ? decodeOperatingPoint(reader) : undefined
  return { lengthSize, operatingPoint, units: decodeArrays(record, reader) }
}

/**
 * The VvcDecoderConfigurationRecord of a stream with these parameter sets and lengths of four bytes. It leaves it to the
 * SPS to say what the picture is like.
 *
 *     | 11111 (5) | LengthSizeMinusOne 11 (2) | ptl_present_flag 0 (1) | num_of_arrays (8) | …
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §11.2.4.2.2
 */
export function encodeH266DecoderConfiguration(units: H266ParameterSets): Uint8Array {
  if (units.sequenceParameterSets.length === 0) {
    throw new ProtocolError('h266', 'malformed', 'Cannot encode H.266 configuration: it has no SPS')
  }
  const arrays = [
    encodeSingle(h266NalUnitTypes.opi, units.operatingPoints),
    encodeSingle(h266NalUnitTypes.dci, units.decodingCapabilities),
    encodeArray(h266NalUnitTypes.vps, units.videoParameterSets),
    encodeArray(h266NalUnitTypes.sps, units.sequenceParameterSets),
    encodeArray(h266NalUnitTypes.pps, units.pictureParameterSets),
  ].filter(array => array.length > 0)
  return Uint8Array.from([0xfe, arrays.length, ...arrays.flat()])
}

/** Of DCI and OPI there is one, and no count. */
function encodeSingle(nalUnitType: number, units: readonly Uint8Array[]): number[] {
  if (units.length === 0) return []
  return [arrayCompleteness | nalUnitType, ...encodeParameterSets(units.slice(0, 1), 1, 'h266')]
}

function encodeArray(nalUnitType: number, units: readonly Uint8Array[]): number[] {
  if (units.length === 0) return []
  const head = [arrayCompleteness | nalUnitType, units.length >> 8, units.length & 0xff]
  return [...head, ...encodeParameterSets(units, mostUnits, 'h266')]
}

function decodeLengthSize(size: number): LengthSize {
  if (size === 1 || size === 2 || size === 4) return size
  throw malformed(`the NAL unit length size is 1, 2 or 4, is ${size}`)
}

function decodeOperatingPoint(reader: BitReader): H266OperatingPoint {
  reader.skip(9) // ols_idx
  const numSublayers = reader.bits(3)
  reader.skip(2 + 2 + 3 + 5) // constant_frame_rate, chroma_format_idc, bit_depth_minus8, reserved
  return {
    nativePtl: decodePtlRecord(reader, numSublayers),
    maxPictureWidth: reader.bits(16),
    maxPictureHeight: reader.bits(16),
    avgFrameRate: reader.bits(16),
  }
}

function decodeArrays(record: Uint8Array, reader: BitReader): Uint8Array[] {
  const units: Uint8Array[] = []
  for (let arrays = reader.bits(8); arrays > 0; arrays--) {
    const nalUnitType = reader.bits(8) & 0x1f
    const isSingle = nalUnitType === h266NalUnitTypes.dci || nalUnitType === h266NalUnitTypes.opi
    for (let count = isSingle ? 1 : reader.bits(16); count > 0; count--) units.push(decodeUnit(record, reader))
  }
  return units
}

function decodeUnit(record: Uint8Array, reader: BitReader): Uint8Array {
  const length = reader.bits(16)
  if (length < shortestUnit) throw malformed(`a unit has at least ${shortestUnit} bytes, is ${length}`)
  const start = record.length - reader.bitsLeft / 8
  reader.skip(8 * length)
  return record.subarray(start, start + length)
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('h266', 'malformed', `Cannot decode H.266 configuration: ${rule}`)
}
