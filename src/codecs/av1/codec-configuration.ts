import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { decodeObus, encodeObu, type Obu, obuTypes } from './obu.ts'
import { type Av1SequenceHeader, decodeAv1SequenceHeader } from './sequence-header.ts'

const markerAndVersion = 0x81
/** Profile, level, colours, presentation delay: all but the delay stands in the sequence header too. */
const factsSize = 3

/**
 * Decode the sequence header in an AV1CodecConfigurationRecord.
 *
 *     | 1 (1) version (7) | seq_profile (3) seq_level_idx_0 (5) | seq_tier_0, high_bitdepth, twelve_bit, monochrome (4)
 *     chroma_subsampling_x, _y (2) chroma_sample_position (2) | 000 initial_presentation_delay (5) | configOBUs … |
 *
 * @returns `undefined` if the record has none: then it stands in front of the first key frame.
 * @throws {ProtocolError}
 * @see AV1-ISOBMFF §2.3.3
 */
export function decodeAv1CodecConfiguration(record: Uint8Array): Av1SequenceHeader | undefined {
  const sequenceHeader = av1ConfigObus(record).find(obu => obu.type === obuTypes.sequenceHeader)
  return sequenceHeader && decodeAv1SequenceHeader(sequenceHeader.payload)
}

/**
 * The configOBUs of an AV1CodecConfigurationRecord: what may have to stand in front of a key frame.
 *
 * @throws {ProtocolError}
 */
export function av1ConfigObus(record: Uint8Array): readonly Obu[] {
  const reader = new ByteReader(record, 'av1')
  const first = reader.u8()
  if (first !== markerAndVersion) {
    const rule = `marker and version are ${markerAndVersion}, is ${first}`
    throw new ProtocolError('av1', 'malformed', `Cannot decode AV1 configuration: ${rule}`)
  }
  reader.bytes(factsSize)
  return decodeObus(reader.bytes(reader.bytesLeft))
}

/**
 * The AV1CodecConfigurationRecord of a stream with this sequence header, told by the payload of its OBU.
 *
 * @throws {ProtocolError}
 * @see AV1-ISOBMFF §2.3.3
 */
export function encodeAv1CodecConfiguration(sequenceHeader: Uint8Array): Uint8Array {
  const { profile, level, tier, color } = decodeAv1SequenceHeader(sequenceHeader)
  const flags = [tier === 1, color.bitDepth > 8, color.bitDepth === 12, color.monochrome]
  const highNibble = flags.reduce((bits, flag) => (bits << 1) | (flag ? 1 : 0), 0)
  const lowNibble = (color.subsamplingX << 3) | (color.subsamplingY << 2) | color.chromaSamplePosition
  const configObu = encodeObu(obuTypes.sequenceHeader, sequenceHeader)
  return Uint8Array.of(markerAndVersion, (profile << 5) | level, (highNibble << 4) | lowNibble, 0, ...configObu)
}
