import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { LengthSize } from '../nal/length-prefixed.ts'
import { encodeParameterSets } from '../nal/parameter-sets.ts'
import { decodeH264Sps } from './sps.ts'

/** What an H.264 decoder needs before the first frame, in the words of ISO/IEC 14496-15 §5.3.3.1. */
export type H264DecoderConfiguration = {
  readonly profileIndication: number
  readonly profileCompatibility: number
  readonly levelIndication: number
  readonly lengthSize: LengthSize
  readonly sequenceParameterSets: readonly Uint8Array[]
  readonly pictureParameterSets: readonly Uint8Array[]
}

export type H264ParameterSets = Pick<H264DecoderConfiguration, 'sequenceParameterSets' | 'pictureParameterSets'>

const lengthSizeMinusOne = 3
/** Baseline, Main and Extended: always 4:2:0 with 8 bits. */
const profilesWithoutFormats = new Set([66, 77, 88])

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

/**
 * The AVCDecoderConfigurationRecord of a stream with these parameter sets and lengths of four bytes.
 *
 *     … | 111111 chroma_format (2) | 11111 bit_depth_luma_minus8 (3) | 11111 bit_depth_chroma_minus8 (3) |
 *     | numOfSequenceParameterSetExt 0 (8) |      the end of all but Baseline, Main and Extended
 *
 * @param units With their NAL unit header; the first SPS speaks for all.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-15 §5.3.3.1.2
 */
export function encodeH264DecoderConfiguration(units: H264ParameterSets): Uint8Array {
  const [first] = units.sequenceParameterSets
  if (first === undefined) {
    throw new ProtocolError('h264', 'malformed', 'Cannot encode H.264 configuration: it has no SPS')
  }
  const { profileIdc, constraintFlags, levelIdc, chroma } = decodeH264Sps(first)
  const { chromaFormatIdc, bitDepthLumaMinus8, bitDepthChromaMinus8 } = chroma
  const formats = [0xfc | chromaFormatIdc, 0xf8 | bitDepthLumaMinus8, 0xf8 | bitDepthChromaMinus8, 0]
  return Uint8Array.from([
    ...[1, profileIdc, constraintFlags, levelIdc, 0xfc | lengthSizeMinusOne],
    ...[0xe0 | units.sequenceParameterSets.length, ...encodeParameterSets(units.sequenceParameterSets, 31, 'h264')],
    ...[units.pictureParameterSets.length, ...encodeParameterSets(units.pictureParameterSets, 255, 'h264')],
    ...(profilesWithoutFormats.has(profileIdc) ? [] : formats),
  ])
}

function lengthSize(size: number): LengthSize {
  if (size === 1 || size === 2 || size === 4) return size
  throw malformed('NAL unit length size', 'it is 1, 2 or 4', size)
}

function parameterSets(reader: ByteReader, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => reader.bytes(reader.u16()))
}

function malformed(what: string, rule: string, value: number): ProtocolError {
  return new ProtocolError('h264', 'malformed', `Cannot decode H.264 configuration ${what}: ${rule}, is ${value}`)
}
