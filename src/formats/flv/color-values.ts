import { ProtocolError } from '../../core/errors.ts'
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
export type HdrMdcv = Readonly<Record<(typeof masteringDisplay)[number], number>>

const codePoints = ['colorPrimaries', 'transferCharacteristics', 'matrixCoefficients'] as const
const lightLevels = ['maxFall', 'maxCLL'] as const
const masteringDisplay = [
  ...(['redX', 'redY', 'greenX', 'greenY', 'blueX', 'blueY', 'whitePointX', 'whitePointY'] as const),
  ...(['maxLuminance', 'minLuminance'] as const),
] as const
/** What ST 2084 ends with, in cd/m²; all other values are smaller. */
const most = 10_000

/**
 * Take the values out of `VideoFacts.colorInfo`. Colour that cannot be read is as good as none: the stream plays without.
 *
 * @param body "colorInfo" and its value, in AMF0.
 * @see Enhanced RTMP v2, Metadata Frame
 */
export function colorValues(body: Uint8Array): ColorValues {
  const info = colorInfoObject(body)
  const config = group(info['colorConfig'], codePoints)
  const isConfig = config !== undefined && Object.values(config).every(point => Number.isInteger(point) && point <= 255)
  const hdrCll = group(info['hdrCll'], lightLevels)
  const hdrMdcv = group(info['hdrMdcv'], masteringDisplay)
  return { ...(isConfig && { colorConfig: config }), ...(hdrCll && { hdrCll }), ...(hdrMdcv && { hdrMdcv }) }
}

function colorInfoObject(body: Uint8Array): AmfObject {
  try {
    const [name, info] = decodeAmf0Values(body)
    return (name === 'colorInfo' ? namedValues(info) : undefined) ?? {}
  } catch (error) {
    if (error instanceof ProtocolError) return {}
    throw error
  }
}

function group<Name extends string>(
  value: AmfValue,
  names: readonly Name[],
): Readonly<Record<Name, number>> | undefined {
  const fields = namedValues(value) ?? {}
  const numbers = names.map(name => fields[name])
  if (!numbers.every(number => typeof number === 'number' && number >= 0 && number <= most)) return undefined
  return Object.fromEntries(names.map((name, index) => [name, numbers[index]])) as Record<Name, number>
}
