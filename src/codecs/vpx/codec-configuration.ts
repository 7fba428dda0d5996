import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

/** What a VP8 or VP9 decoder has to be capable of, in the words of VP-ISOBMFF §2.2. */
export type VpCodecConfiguration = {
  readonly profile: number
  /** Ten times the level: 41 is 4.1. */
  readonly level: number
  readonly bitDepth: number
  /** 0: 4:2:0 vertical, 1: 4:2:0 colocated with luma, 2: 4:2:2, 3: 4:4:4. */
  readonly chromaSubsampling: number
  readonly videoFullRangeFlag: boolean
  /** ISO/IEC 23091-2; 2 is unspecified. */
  readonly colourPrimaries: number
  readonly transferCharacteristics: number
  readonly matrixCoefficients: number
}

const version = 1
const unspecified = 2
/** What stands for the optional end of a codec string that is left away. */
const defaultColours = '01.01.01.01.00'

/**
 * Decode the body of a VPCodecConfigurationBox.
 *
 *     | version 1 (8) | flags (24) | profile (8) | level (8) | bitDepth (4) chromaSubsampling (3) fullRange (1) |
 *     | colourPrimaries (8) | transferCharacteristics (8) | matrixCoefficients (8) | initialization data size 0 (16) |
 *
 * @throws {ProtocolError}
 * @see VP-ISOBMFF §2.2
 */
export function decodeVpCodecConfiguration(body: Uint8Array, codec: 'vp8' | 'vp9'): VpCodecConfiguration {
  const reader = new ByteReader(body, codec)
  const isVersion = reader.u8()
  if (isVersion !== version) {
    const rule = `the version is ${version}, is ${isVersion}`
    throw new ProtocolError(codec, 'malformed', `Cannot decode ${codec} configuration: ${rule}`)
  }
  reader.bytes(3) // flags
  const profile = reader.u8()
  const level = reader.u8()
  const format = reader.u8()
  const colourPrimaries = reader.u8()
  const transferCharacteristics = reader.u8()
  const matrixCoefficients = reader.u8()
  reader.bytes(reader.u16()) // codecInitializationData, which neither codec has
  return {
    profile,
    level,
    bitDepth: format >> 4,
    chromaSubsampling: (format >> 1) & 7,
    videoFullRangeFlag: (format & 1) !== 0,
    colourPrimaries,
    transferCharacteristics,
    matrixCoefficients,
  }
}

/** The body of a VPCodecConfigurationBox. */
export function encodeVpCodecConfiguration(configuration: VpCodecConfiguration): Uint8Array {
  const { profile, level, bitDepth, chromaSubsampling, videoFullRangeFlag } = configuration
  const { colourPrimaries, transferCharacteristics, matrixCoefficients } = configuration
  const format = (bitDepth << 4) | (chromaSubsampling << 1) | (videoFullRangeFlag ? 1 : 0)
  const colours = [colourPrimaries, transferCharacteristics, matrixCoefficients]
  return Uint8Array.of(version, 0, 0, 0, profile, level, format, ...colours, 0, 0)
}

/**
 * The codec string for `video/mp4`, such as `vp09.02.10.10.01.09.16.09.01`; its end behind the bit depth, which tells
 * the colours, is left away where they are the usual ones.
 *
 * @see VP-ISOBMFF §3
 */
export function vpCodecString(sampleEntry: 'vp08' | 'vp09', configuration: VpCodecConfiguration): string {
  const { profile, level, bitDepth, chromaSubsampling, videoFullRangeFlag } = configuration
  const { colourPrimaries, transferCharacteristics, matrixCoefficients } = configuration
  const codes = [colourPrimaries, transferCharacteristics, matrixCoefficients]
  const known = codes.map(code => (code === unspecified ? 1 : code))
  const colours = [chromaSubsampling, ...known, videoFullRangeFlag ? 1 : 0].map(twoDigits).join('.')
  const head = [sampleEntry, ...[profile, level, bitDepth].map(twoDigits)].join('.')
  return colours === defaultColours ? head : `${head}.${colours}`
}

function twoDigits(value: number): string {
  return value.toString().padStart(2, '0')
}
