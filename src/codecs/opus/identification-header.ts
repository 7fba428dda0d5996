import { ProtocolError } from '../../core/errors.ts'

/** The identification header of an Opus stream, in the words of RFC 7845 §5.1. */
export type OpusIdentificationHeader = {
  readonly outputChannelCount: number
  /** Samples at 48 kHz that a decoder drops at the beginning. */
  readonly preSkip: number
  /** Of what was encoded, in Hz; 0 is not known. Decoders put out 48 kHz whatever it is. */
  readonly inputSampleRate: number
  /** In dB / 256; may be negative. */
  readonly outputGain: number
  readonly channelMappingFamily: number
  /** Stream count, coupled count and the mapping; empty in family 0, which needs none. */
  readonly channelMappingTable: Uint8Array
}

const magic = 'OpusHead'
const fixedSize = 19
/** Stream count and coupled count in front of the mapping. */
const tableHeadSize = 2
/** Versions 0 to 15 are compatible. */
const firstIncompatibleVersion = 16
const mostChannelsOfFamily0 = 2

/**
 * Decode an identification header.
 *
 *     | "OpusHead" (64) | version (8) | channel count (8) | pre-skip (16) | input sample rate (32) | output gain (16) |
 *     | mapping family (8) | stream count (8) | coupled count (8) | mapping (8 per channel) |      all low byte first
 *
 * @returns The table is a view of `bytes`.
 * @throws {ProtocolError}
 * @see RFC 7845 §5.1
 */
export function decodeOpusIdentificationHeader(bytes: Uint8Array): OpusIdentificationHeader {
  if (bytes.length < fixedSize) throw malformed(`it has at least ${fixedSize} bytes, is ${bytes.length}`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (String.fromCharCode(...bytes.subarray(0, magic.length)) !== magic) throw malformed(`it begins with "${magic}"`)
  const version = view.getUint8(8)
  if (version >= firstIncompatibleVersion) throw malformed(`the version is 0 to 15, is ${version}`)
  const outputChannelCount = view.getUint8(9)
  const channelMappingFamily = view.getUint8(18)
  return {
    outputChannelCount,
    preSkip: view.getUint16(10, true),
    inputSampleRate: view.getUint32(12, true),
    outputGain: view.getInt16(16, true),
    channelMappingFamily,
    channelMappingTable: channelMappingTable(bytes, channelMappingFamily, outputChannelCount),
  }
}

function channelMappingTable(bytes: Uint8Array, family: number, channels: number): Uint8Array {
  const most = family === 0 ? mostChannelsOfFamily0 : 255
  if (channels === 0 || channels > most)
    throw malformed(`mapping family ${family} has 1 to ${most} channels, is ${channels}`)
  if (family === 0) return bytes.subarray(fixedSize, fixedSize)
  const end = fixedSize + tableHeadSize + channels
  if (bytes.length < end) throw malformed(`it has ${end} bytes with ${channels} channels, is ${bytes.length}`)
  return bytes.subarray(fixedSize, end)
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('opus', 'malformed', `Cannot decode Opus identification header: ${rule}`)
}
