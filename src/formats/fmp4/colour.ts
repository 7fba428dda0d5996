import { ProtocolError } from '../../core/errors.ts'
import { type AmfObject, type AmfValue, namedValues } from '../amf/amf-value.ts'
import { decodeAmf0Values } from '../amf/decode-amf0.ts'
import { box, fourCc, uint8, uint16, uint32 } from './box.ts'

/** Chromaticity coordinates are told in steps of this. */
const chromaticityStep = 0.00002
/** Luminances of the mastering display are told in steps of this many cd/m². */
const luminanceStep = 0.0001
/** full_range_flag and its reserved bits: a colorInfo does not tell, and what has one is video range. */
const videoRange = 0

/**
 * The boxes of a sample entry that tell the colour: colr, mdcv and clli, each where its values are known. Colour that
 * cannot be read is as good as none: the stream plays without.
 *
 * @param colorInfo The AMF0 body of a metadata message.
 * @see Enhanced RTMP v2, Metadata Frame; ISO/IEC 14496-12 §12.1.5 to §12.1.7
 */
export function colourBoxes(colorInfo: Uint8Array | undefined): readonly Uint8Array[] {
  const { colorConfig, hdrMdcv, hdrCll } = colorInfo === undefined ? {} : decodeColorInfo(colorInfo)
  return [colrBox(namedValues(colorConfig)), mdcvBox(namedValues(hdrMdcv)), clliBox(namedValues(hdrCll))].filter(
    part => part !== undefined,
  )
}

function decodeColorInfo(body: Uint8Array): AmfObject {
  try {
    const values = decodeAmf0Values(body)
    return namedValues(values[values.indexOf('colorInfo') + 1]) ?? {}
  } catch (error) {
    if (error instanceof ProtocolError) return {}
    throw error
  }
}

/** ColourInformationBox of the type nclx. The values are those of ITU-T H.273. */
function colrBox(config: AmfObject | undefined): Uint8Array | undefined {
  const fields = [config?.['colorPrimaries'], config?.['transferCharacteristics'], config?.['matrixCoefficients']]
  const values = fields.map(field => steps(field, 1, 0xff))
  return areKnown(values) ? box('colr', fourCc('nclx'), uint16(...values), uint8(videoRange)) : undefined
}

/** MasteringDisplayColourVolumeBox: green, blue, red. */
function mdcvBox(mdcv: AmfObject | undefined): Uint8Array | undefined {
  const names = ['greenX', 'greenY', 'blueX', 'blueY', 'redX', 'redY', 'whitePointX', 'whitePointY']
  const chromaticities = names.map(name => steps(mdcv?.[name], chromaticityStep, 0xffff))
  const luminances = ['maxLuminance', 'minLuminance'].map(name => steps(mdcv?.[name], luminanceStep, 0xffffffff))
  if (!areKnown(chromaticities) || !areKnown(luminances)) return undefined
  return box('mdcv', uint16(...chromaticities), uint32(...luminances))
}

/** ContentLightLevelBox, in cd/m². */
function clliBox(cll: AmfObject | undefined): Uint8Array | undefined {
  const levels = [steps(cll?.['maxCLL'], 1, 0xffff), steps(cll?.['maxFall'], 1, 0xffff)]
  return areKnown(levels) ? box('clli', uint16(...levels)) : undefined
}

/** A number as so many steps; `undefined` for what is no number in range. */
function steps(value: AmfValue, step: number, most: number): number | undefined {
  if (typeof value !== 'number') return undefined
  const count = Math.round(value / step)
  return count >= 0 && count <= most ? count : undefined
}

function areKnown(values: readonly (number | undefined)[]): values is readonly number[] {
  return !values.includes(undefined)
}
