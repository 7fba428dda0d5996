import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** What an H.264 decoder needs before the first frame, in the words of ISO/IEC 14496-15 §5.3.3.1. */
export type H264DecoderConfiguration = {
  readonly profileIndication: number
  readonly profileCompatibility: number
  readonly levelIndication: number
  /** Bytes of the length in front of each NAL unit. */
  readonly lengthSize: 1 | 2 | 4
  readonly sequenceParameterSets: readonly Uint8Array[]
  readonly pictureParameterSets: readonly Uint8Array[]
}

/**
 * Decode an AVCDecoderConfigurationRecord. The fields that high profiles may have at the end say nothing that the
 * parameter sets do not, and many encoders leave them out: they are not read.
 *
 *     | version 1 (8) | profile (8) | compatibility (8) | level (8) | 111111 lengthSizeMinusOne (2) |
 *     | 111 numOfSequenceParameterSets (5) | { length (16), unit } … | numOfPictureParameterSets (8) | { … } … |
 *
 * @returns Parameter sets are views of `record`, with their NAL unit header.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §5.3.3.1.2
 */
export function decodeH264DecoderConfiguration(record: Uint8Array): H264DecoderConfiguration {
  const reader = new ByteReader(record, 'h264')
  const configurationVersion = reader.u8()
  if (configurationVersion !== 1) throw malformed('version', 'it is 1', configurationVersion)
  return {
    profileIndication: reader.u8(),
    profileCompatibility: reader.u8(),
    levelIndication: reader.u8(),
    lengthSize: lengthSize((reader.u8() & 3) + 1),
    sequenceParameterSets: parameterSets(reader, reader.u8() & 0x1f),
    pictureParameterSets: parameterSets(reader, reader.u8()),
  }
}

function lengthSize(size: number): 1 | 2 | 4 {
  if (size === 1 || size === 2 || size === 4) return size
  throw malformed('NAL unit length size', 'it is 1, 2 or 4', size)
}

function parameterSets(reader: ByteReader, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => reader.bytes(reader.u16()))
}

function malformed(what: string, rule: string, value: number): ProtocolError {
  return new ProtocolError('h264', 'malformed', `Cannot decode H.264 configuration ${what}: ${rule}, is ${value}`)
}
