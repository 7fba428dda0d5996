import { unlessMalformed } from '../../core/errors.ts'
import { type AmfObject, type AmfValue, namedValues } from '../amf/amf-value.ts'
import { decodeAmf0Values } from '../amf/decode-amf0.ts'

/** The values of a colorInfo, in the words of Enhanced RTMP v2. A group is only there if all that it needs is known. */
export type ColorValues = {
  readonly colorConfig?: ColorConfig
  readonly hdrCll?: HdrCll
  readonly hdrMdcv?: HdrMdcv
}

/** Code points of ITU-T H.273. */
export type ColorConfig = {
  readonly colorPrimaries: number
  readonly transferCharacteristics: number
  readonly matrixCoefficients: number
}

/** In cd/m². */
export type HdrCll = Readonly<Record<(typeof lightLevels)[number], number>>

/** Chromaticities in the plane of CIE 1931, 0 to 1; luminances in cd/m². */
export type HdrMdcv = Readonly<Record<(typeof chromaticities | typeof luminances)[number], number>>

const codePoints = ['colorPrimaries', 'transferCharacteristics', 'matrixCoefficients'] as const
const lightLevels = ['maxFall', 'maxCLL'] as const
const chromaticities = ['redX', 'redY', 'greenX', 'greenY', 'blueX', 'blueY', 'whitePointX', 'whitePointY'] as const
const luminances = ['maxLuminance', 'minLuminance'] as const

const highestCodePoint = 0xff
/** What ST 2084 ends with, in cd/m². */
const highestLuminance = 10_000

/**
 * Take the values out of `VideoFacts.colorInfo`. Colour that cannot be read is as good as none: the stream plays without.
 *
 * @param body "colorInfo" and its value, in AMF0.
 * @see Enhanced RTMP v2, Metadata Frame
 */
export function colorValues(body: Uint8Array): ColorValues {
  const info = colorInfoObject(body)
  const config = group(info['colorConfig'], codePoints, highestCodePoint)
  const colorConfig = config && Object.values(config).every(Number.isInteger) ? config : undefined
  const hdrCll = group(info['hdrCll'], lightLevels, highestLuminance)
  const hdrMdcv = masteringDisplay(info['hdrMdcv'])
  return { ...(colorConfig && { colorConfig }), ...(hdrCll && { hdrCll }), ...(hdrMdcv && { hdrMdcv }) }
}

function colorInfoObject(body: Uint8Array): AmfObject {
  const [name, info] = unlessMalformed(() => decodeAmf0Values(body)) ?? []
  return (name === 'colorInfo' ? namedValues(info) : undefined) ?? {}
}

function masteringDisplay(value: AmfValue): HdrMdcv | undefined {
  const colours = group(value, chromaticities, 1)
  const brightness = group(value, luminances, highestLuminance)
  return colours && brightness && { ...colours, ...brightness }
}

function group<Name extends string>(
  value: AmfValue,
  names: readonly Name[],
  most: number,
): Readonly<Record<Name, number>> | undefined {
  const fields = namedValues(value) ?? {}
  const numbers = names.map(name => fields[name])
  if (!numbers.every(number => typeof number === 'number' && number >= 0 && number <= most)) return undefined
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]])) as Record<Name, number>
}
