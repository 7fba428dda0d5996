import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** What an H.265 decoder needs before the first frame, in the words of ISO/IEC 14496-15 §8.3.3.1. */
export type H265DecoderConfiguration = {
  /** Bytes of the length in front of each NAL unit. */
  readonly lengthSize: 1 | 2 | 4
  readonly videoParameterSets: readonly Uint8Array[]
  readonly sequenceParameterSets: readonly Uint8Array[]
  readonly pictureParameterSets: readonly Uint8Array[]
}

const nalUnitTypes = { vps: 32, sps: 33, pps: 34 }
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
    videoParameterSets: units.get(nalUnitTypes.vps) ?? [],
    sequenceParameterSets: units.get(nalUnitTypes.sps) ?? [],
    pictureParameterSets: units.get(nalUnitTypes.pps) ?? [],
  }
}

function decodeLengthSize(byte: number): 1 | 2 | 4 {
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
