import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { readAudioSpecificConfig } from './audio-specific-config.ts'

/** What StreamMuxConfig says about the frames behind it. It holds until another comes. */
export type LatmConfiguration = {
  readonly audioSpecificConfig: Uint8Array
  /** Frames of one AudioMuxElement. */
  readonly subFrames: number
}

export type LoasFrame = {
  readonly configuration: LatmConfiguration
  /** Each one raw_data_block. */
  readonly payloads: readonly Uint8Array[]
}

/** syncword and length. */
export const loasHeaderSize = 3
const syncword = 0x2b7
const programConfig = 0

/**
 * Bytes of the AudioSyncStream frame that begins with these `loasHeaderSize` bytes, the header included.
 *
 *     | syncword 0x2b7 (11) | audioMuxLengthBytes (13) |
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §1.7.2.1
 */
export function loasFrameSize(bytes: Uint8Array): number {
  const reader = new BitReader(bytes, 'aac')
  if (reader.bits(11) !== syncword) throw malformed('it begins with the syncword')
  return loasHeaderSize + reader.bits(13)
}

/**
 * Decode the AudioMuxElement of a whole AudioSyncStream frame with one program of one layer.
 *
 *     | header (24) | useSameStreamMux (1) | StreamMuxConfig, unless it is the same |
 *     { MuxSlotLengthBytes: 255 (8) … rest (8) | raw_data_block } for each sub-frame | …
 *
 * @param known Of the frame before.
 * @returns `undefined` if the configuration is that of a frame which has not come.
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-3 §1.7.3.1
 */
export function decodeLoasFrame(bytes: Uint8Array, known: LatmConfiguration | undefined): LoasFrame | undefined {
  const reader = new BitReader(bytes, 'aac')
  reader.skip(8 * loasHeaderSize)
  const usesSame = reader.flag()
  const configuration = usesSame ? known : decodeStreamMuxConfig(bytes, reader)
  if (configuration === undefined) return undefined
  const payloads = Array.from({ length: configuration.subFrames }, () => readBytes(reader, readSlotLength(reader)))
  return { configuration, payloads }
}

/**
 *     | audioMuxVersion (1) | audioMuxVersionA (1), taraBufferFullness, if 1 | allStreamsSameTimeFraming (1) |
 *     | numSubFrames (6) | numProgram (4) | numLayer (3) | AudioSpecificConfig, behind its length if the version is 1 |
 *     | frameLengthType (3) | latmBufferFullness (8) | otherDataPresent (1) … | crcCheckPresent (1) … |
 *
 * @see ISO/IEC 14496-3 §1.7.3.1 (StreamMuxConfig)
 */
function decodeStreamMuxConfig(bytes: Uint8Array, reader: BitReader): LatmConfiguration {
  const audioMuxVersion = reader.bits(1)
  if (audioMuxVersion === 1) {
    if (reader.flag()) throw unsupported('audioMuxVersionA is 0, is 1')
    readLatmValue(reader) // taraBufferFullness
  }
  reader.skip(1) // allStreamsSameTimeFraming
  const subFrames = reader.bits(6) + 1
  if (reader.bits(4) !== 0 || reader.bits(3) !== 0) throw unsupported('it has one program of one layer')
  const size = audioMuxVersion === 1 ? readLatmValue(reader) : undefined
  const audioSpecificConfig = readConfig(bytes, reader, size)
  const frameLengthType = reader.bits(3)
  if (frameLengthType !== 0) throw unsupported(`frameLengthType is 0, is ${frameLengthType}`)
  reader.skip(8) // latmBufferFullness
  if (reader.flag()) skipOtherDataLength(reader, audioMuxVersion)
  if (reader.flag()) reader.skip(8) // crcCheckSum
  return { audioSpecificConfig, subFrames }
}

/** @param told Bits of the configuration; `undefined` if its end is to be found by reading it. */
function readConfig(bytes: Uint8Array, reader: BitReader, told: number | undefined): Uint8Array {
  const start = 8 * bytes.length - reader.bitsLeft
  const { channelConfiguration } = readAudioSpecificConfig(reader)
  const read = 8 * bytes.length - reader.bitsLeft - start
  if (told === undefined && channelConfiguration === programConfig) {
    throw unsupported('the length of a configuration with a program config element is told')
  }
  if (told !== undefined && told < read) throw malformed(`the configuration has ${read} bits, is ${told}`)
  const size = told ?? read
  reader.skip(size - read)
  const again = new BitReader(bytes, 'aac')
  again.skip(start)
  const whole = Uint8Array.from({ length: size >> 3 }, () => again.bits(8))
  const rest = size & 7
  return rest === 0 ? whole : Uint8Array.of(...whole, again.bits(rest) << (8 - rest))
}

function skipOtherDataLength(reader: BitReader, audioMuxVersion: number): void {
  if (audioMuxVersion === 1) {
    readLatmValue(reader)
    return
  }
  for (let isLonger = true; isLonger; reader.skip(8)) isLonger = reader.flag()
}

/** LatmGetValue. ISO/IEC 14496-3 §1.7.3.1. */
function readLatmValue(reader: BitReader): number {
  const bytesForValue = reader.bits(2)
  return reader.bits(8 * (bytesForValue + 1))
}

/** PayloadLengthInfo of frameLengthType 0. */
function readSlotLength(reader: BitReader): number {
  let length = 0
  for (let piece = 255; piece === 255; length += piece) piece = reader.bits(8)
  return length
}

function readBytes(reader: BitReader, count: number): Uint8Array {
  if (8 * count > reader.bitsLeft)
    throw malformed(`${count} bytes of a frame are there, ${reader.bitsLeft >> 3} are left`)
  return Uint8Array.from({ length: count }, () => reader.bits(8))
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('aac', 'malformed', `Cannot decode LATM: ${rule}`)
}

function unsupported(rule: string): ProtocolError {
  return new ProtocolError('aac', 'unsupported', `Cannot decode LATM: ${rule}`)
}
