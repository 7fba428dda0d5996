import { BitReader } from '../../core/bit-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

const frameSync = 0b111_1111_1111_1100
const reserved = 0
const uncommon8Bit = 0b0110
const uncommon16Bit = 0b0111
const samplesOfCode1 = 192
const bytesOfLongestNumber = 7

/**
 * Samples per channel of a FLAC frame.
 *
 *     | sync (15) | blocking strategy (1) | block size code (4) | sample rate code (4) | channels (4) | bit depth (3) 0 (1) |
 *     | coded number (8 to 56) | uncommon block size - 1 (0, 8 or 16) | …
 *
 * @throws {ProtocolError}
 * @see RFC 9639 §9.1
 */
export function flacFrameSamples(frame: Uint8Array): number {
  const reader = new BitReader(frame, 'flac')
  if (reader.bits(15) !== frameSync) throw malformed('it begins with the sync code')
  reader.skip(1)
  const blockSizeCode = reader.bits(4)
  reader.skip(12)
  if (blockSizeCode === reserved) throw malformed('the block size is not reserved')
  if (blockSizeCode === 1) return samplesOfCode1
  if (blockSizeCode < uncommon8Bit) return 144 * 2 ** blockSizeCode
  if (blockSizeCode > uncommon16Bit) return 2 ** blockSizeCode
  reader.skip(8 * codedNumberSize(reader.bits(8)) - 8)
  return reader.bits(blockSizeCode === uncommon8Bit ? 8 : 16) + 1
}

/** Bytes of a number that is coded like a character of UTF-8, by its first byte. RFC 9639 §9.1.5. */
function codedNumberSize(first: number): number {
  if (first < 0x80) return 1
  const size = Math.clz32(~(first << 24))
  if (size === 1 || size > bytesOfLongestNumber) throw malformed(`the first byte of the number is none, is ${first}`)
  return size
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('flac', 'malformed', `Cannot decode FLAC frame: ${rule}`)
}
