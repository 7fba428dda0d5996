import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { AudioSpecificConfig } from './audio-specific-config.ts'
import { samplingFrequencies } from './sampling-frequencies.ts'

/** The head of a frame in a stream that tells its configuration in each of them. */
export type AdtsHeader = {
  readonly audioObjectType: number
  /** Of the core coder, in Hz. */
  readonly samplingFrequency: number
  /** Index of a table; 0: a program config element stands in the frame. */
  readonly channelConfiguration: number
  readonly rawDataBlocks: number
  /** Bytes of the header, its checksum included. */
  readonly headerSize: 7 | 9
  /** Bytes of the frame, header included. */
  readonly frameLength: number
}

export const adtsHeaderSize = 7

const syncword = 0xfff
const crcSize = 2
const longestFrame = 0x1fff
/** Bytes of the longest raw_data_block that a frame can hold. */
export const longestAdtsPayload = longestFrame - adtsHeaderSize
const highestObjectType = 4
const highestChannelConfiguration = 7

/**
 * Decode the ADTS header at the beginning of `bytes`, or return `undefined` if they end before it does.
 *
 *     | syncword fff (12) | ID (1) | layer 0 (2) | protection_absent (1) | profile (2) | sampling_frequency_index (4) |
 *     | private (1) | channel_configuration (3) | original, home, copyright (4) | frame_length (13) |
 *     | buffer_fullness (11) | number_of_raw_data_blocks_in_frame (2) | crc_check (16), unless protection_absent |
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §1.A.2.2, ISO/IEC 13818-7 §6.2
 */
export function decodeAdtsHeader(bytes: Uint8Array): AdtsHeader | undefined {
  if (bytes.length < adtsHeaderSize) return undefined
  const reader = new BitReader(bytes, 'aac')
  if (reader.bits(12) !== syncword) throw malformed('it begins with the syncword')
  reader.skip(1) // ID
  if (reader.bits(2) !== 0) throw malformed('layer is 0')
  const headerSize = reader.flag() ? adtsHeaderSize : ((adtsHeaderSize + crcSize) as 9)
  const audioObjectType = reader.bits(2) + 1
  const samplingFrequency = decodeSamplingFrequency(reader.bits(4))
  reader.skip(1) // private_bit
  const channelConfiguration = reader.bits(3)
  reader.skip(4) // original_copy, home, copyright_identification
  const frameLength = reader.bits(13)
  if (frameLength < headerSize) throw malformed(`frame_length is at least ${headerSize}, is ${frameLength}`)
  reader.skip(11) // adts_buffer_fullness
  const rawDataBlocks = reader.bits(2) + 1
  return { audioObjectType, samplingFrequency, channelConfiguration, rawDataBlocks, headerSize, frameLength }
}

/**
 * The ADTS header for frames of a track, without their length.
 *
 * @throws {ProtocolError} `unsupported` if ADTS has no words for the configuration.
 */
export function encodeAdtsHeader(config: AudioSpecificConfig): Uint8Array {
  const { audioObjectType, channelConfiguration } = config
  const index = samplingFrequencies.findIndex(frequency => frequency === config.samplingFrequency)
  if (audioObjectType > highestObjectType) {
    throw unsupported(`the object type is at most ${highestObjectType}, is ${audioObjectType}`)
  }
  if (index === -1) throw unsupported(`the sampling frequency is in the table, is ${config.samplingFrequency}`)
  if (channelConfiguration === 0 || channelConfiguration > highestChannelConfiguration) {
    throw unsupported(`the channel configuration is 1 to ${highestChannelConfiguration}, is ${channelConfiguration}`)
  }
  const profile = audioObjectType - 1
  const second = (profile << 6) | (index << 2) | (channelConfiguration >> 2)
  // MPEG-4, no checksum; a fullness of all ones is a variable bit rate.
  return Uint8Array.of(0xff, 0xf1, second, (channelConfiguration & 3) << 6, 0, 0x1f, 0xfc)
}

/**
 * Write the header of a frame: `adtsHeaderSize` bytes from `at` on.
 *
 * @param header What `encodeAdtsHeader` gave for the track.
 * @param payloadSize Bytes of the raw_data_block behind it.
 * @throws {ProtocolError} `limit` if the frame is longer than its length can say.
 */
export function writeAdtsHeader(header: Uint8Array, payloadSize: number, into: Uint8Array, at: number): void {
  const frameLength = adtsHeaderSize + payloadSize
  if (frameLength > longestFrame) {
    const rule = `a frame has at most ${longestFrame} bytes, is ${frameLength}`
    throw new ProtocolError('aac', 'limit', `Cannot encode ADTS header: ${rule}`)
  }
  into.set(header, at)
  into[at + 3] = (header[3] as number) | (frameLength >> 11)
  into[at + 4] = frameLength >> 3
  into[at + 5] = (header[5] as number) | (frameLength << 5)
}

function decodeSamplingFrequency(index: number): number {
  const frequency = samplingFrequencies[index]
  if (frequency === undefined) throw malformed(`sampling_frequency_index is at most 12, is ${index}`)
  return frequency
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('aac', 'malformed', `Cannot decode ADTS header: ${rule}`)
}

function unsupported(rule: string): ProtocolError {
  return new ProtocolError('aac', 'unsupported', `Cannot encode ADTS header: ${rule}`)
}
