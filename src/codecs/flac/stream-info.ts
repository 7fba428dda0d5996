import { BitReader } from '../../core/bit-reader.ts'
import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** The facts of a STREAMINFO block, in the words of RFC 9639 §8.2. */
export type FlacStreamInfo = {
  readonly minimumBlockSize: number
  /** Samples in the longest frame. */
  readonly maximumBlockSize: number
  readonly sampleRate: number
  readonly channels: number
  readonly bitsPerSample: number
}

export const flacStreamInfoSize = 34

const marker = 0x664c6143 // "fLaC"
const blockTypeStreamInfo = 0

/**
 * The body of the STREAMINFO block that a FLAC stream begins with.
 *
 *     | "fLaC" (32) | last (1) type 0 (7) | length 34 (24) | STREAMINFO (272) | other blocks …
 *
 * @returns A view of `config`.
 * @throws {ProtocolError}
 * @see RFC 9639 §6, §8.1
 */
export function findFlacStreamInfo(config: Uint8Array): Uint8Array {
  const reader = new ByteReader(config, 'flac')
  if (reader.u32() !== marker) throw malformed('it begins with "fLaC"')
  const blockType = reader.u8() & 0x7f
  if (blockType !== blockTypeStreamInfo) throw malformed(`the first block is STREAMINFO, is of type ${blockType}`)
  const length = reader.u8() * 0x10000 + reader.u16()
  if (length !== flacStreamInfoSize) throw malformed(`STREAMINFO has ${flacStreamInfoSize} bytes, is ${length}`)
  return reader.bytes(flacStreamInfoSize)
}

/**
 * Decode the STREAMINFO block that a FLAC stream begins with.
 *
 *     | minimum block size (16) | maximum block size (16) | minimum frame size (24) | maximum frame size (24) |
 *     | sample rate (20) | channels - 1 (3) | bits per sample - 1 (5) | samples (36) | MD5 (128) |
 *
 * @param config From "fLaC" on.
 * @throws {ProtocolError}
 * @see RFC 9639 §8.2
 */
export function decodeFlacStreamInfo(config: Uint8Array): FlacStreamInfo {
  const reader = new BitReader(findFlacStreamInfo(config), 'flac')
  const minimumBlockSize = reader.bits(16)
  const maximumBlockSize = reader.bits(16)
  reader.skip(48) // frame sizes
  const sampleRate = reader.bits(20)
  const channels = reader.bits(3) + 1
  const bitsPerSample = reader.bits(5) + 1
  if (sampleRate === 0) throw malformed('the sample rate of sound is not 0, is 0')
  return { minimumBlockSize, maximumBlockSize, sampleRate, channels, bitsPerSample }
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flac', 'malformed', `Cannot decode FLAC stream header: ${rule}`)
}
