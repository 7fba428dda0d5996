import type { BitReader } from '../../core/bit-reader.ts'

/** How samples are stored and what colours they mean, in the words of AV1 §6.4.2. */
export type Av1ColorConfig = {
  readonly bitDepth: 8 | 10 | 12
  readonly monochrome: boolean
  readonly subsamplingX: 0 | 1
  readonly subsamplingY: 0 | 1
  readonly chromaSamplePosition: number
  /** ISO/IEC 23091-2; 2 is unspecified. */
  readonly colorPrimaries: number
  readonly transferCharacteristics: number
  readonly matrixCoefficients: number
  readonly fullRange: boolean
}

type ColorDescription = Pick<Av1ColorConfig, 'colorPrimaries' | 'transferCharacteristics' | 'matrixCoefficients'>
type Subsampling = Pick<Av1ColorConfig, 'subsamplingX' | 'subsamplingY'>

const unspecified = 2
const bt709 = 1
const srgb = 13
const identity = 0

/**
 * Decode color_config() of a sequence header with `profile`.
 *
 * @throws {ProtocolError}
 * @see AV1 §5.5.2
 */
export function decodeAv1ColorConfig(reader: BitReader, profile: number): Av1ColorConfig {
  const bitDepth = decodeBitDepth(reader, profile)
  const monochrome = profile !== 1 && reader.flag()
  const colors = decodeColorDescription(reader)
  if (monochrome) {
    const fullRange = reader.flag()
    return { bitDepth, monochrome, ...colors, fullRange, subsamplingX: 1, subsamplingY: 1, chromaSamplePosition: 0 }
  }
  if (isSrgb(colors)) {
    return {
      bitDepth,
      monochrome,
      ...colors,
      fullRange: true,
      subsamplingX: 0,
      subsamplingY: 0,
      chromaSamplePosition: 0,
    }
  }
  const fullRange = reader.flag()
  const subsampling = decodeSubsampling(reader, profile, bitDepth)
  const chromaSamplePosition = subsampling.subsamplingX === 1 && subsampling.subsamplingY === 1 ? reader.bits(2) : 0
  return { bitDepth, monochrome, ...colors, fullRange, ...subsampling, chromaSamplePosition }
}

function decodeBitDepth(reader: BitReader, profile: number): Av1ColorConfig['bitDepth'] {
  const isHighBitDepth = reader.flag()
  if (!isHighBitDepth) return 8
  return profile === 2 && reader.flag() ? 12 : 10
}

function decodeColorDescription(reader: BitReader): ColorDescription {
  const isPresent = reader.flag()
  const value = (): number => (isPresent ? reader.bits(8) : unspecified)
  return { colorPrimaries: value(), transferCharacteristics: value(), matrixCoefficients: value() }
}

function isSrgb({ colorPrimaries, transferCharacteristics, matrixCoefficients }: ColorDescription): boolean {
  return colorPrimaries === bt709 && transferCharacteristics === srgb && matrixCoefficients === identity
}

function decodeSubsampling(reader: BitReader, profile: number, bitDepth: number): Subsampling {
  if (profile === 0) return { subsamplingX: 1, subsamplingY: 1 }
  if (profile === 1) return { subsamplingX: 0, subsamplingY: 0 }
  if (bitDepth !== 12) return { subsamplingX: 1, subsamplingY: 0 }
  const subsamplingX = reader.flag() ? 1 : 0
  const subsamplingY = subsamplingX === 1 && reader.flag() ? 1 : 0
  return { subsamplingX, subsamplingY }
}
