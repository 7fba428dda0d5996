import { type ColorConfig, colorValues, type HdrCll, type HdrMdcv } from '../flv/color-values.ts'
import { box, fourCc, uint8, uint16, uint32 } from './box.ts'

/** Chromaticity coordinates are told in steps of this. */
const chromaticityStep = 0.00002
/** Luminances of the mastering display are told in steps of this many cd/m². */
const luminanceStep = 0.0001
/** full_range_flag and its reserved bits: a colorInfo does not tell, and what has one is video range. */
const videoRange = 0

/**
 * The boxes of a sample entry that tell the colour: colr, mdcv and clli, each where its values are known.
 *
 * @param colorInfo `VideoFacts.colorInfo`.
 * @see ISO/IEC 14496-12 §12.1.5 to §12.1.7
 */
export function colourBoxes(colorInfo: Uint8Array | undefined): readonly Uint8Array[] {
  const { colorConfig, hdrMdcv, hdrCll } = colorInfo === undefined ? {} : colorValues(colorInfo)
  return [colorConfig && colrBox(colorConfig), hdrMdcv && mdcvBox(hdrMdcv), hdrCll && clliBox(hdrCll)].filter(
    part => part !== undefined,
  )
}

/** ColourInformationBox of the type nclx. The values are those of ITU-T H.273. */
function colrBox({ colorPrimaries, transferCharacteristics, matrixCoefficients }: ColorConfig): Uint8Array {
  const codePoints = uint16(colorPrimaries, transferCharacteristics, matrixCoefficients)
  return box('colr', fourCc('nclx'), codePoints, uint8(videoRange))
}

/** MasteringDisplayColourVolumeBox: green, blue, red. */
function mdcvBox(mdcv: HdrMdcv): Uint8Array {
  const { greenX, greenY, blueX, blueY, redX, redY, whitePointX, whitePointY, maxLuminance, minLuminance } = mdcv
  const points = [greenX, greenY, blueX, blueY, redX, redY, whitePointX, whitePointY]
  return box(
    'mdcv',
    uint16(...points.map(point => Math.round(point / chromaticityStep))),
    uint32(...[maxLuminance, minLuminance].map(luminance => Math.round(luminance / luminanceStep))),
  )
}

/** ContentLightLevelBox, in cd/m². */
function clliBox({ maxCLL, maxFall }: HdrCll): Uint8Array {
  return box('clli', uint16(Math.round(maxCLL), Math.round(maxFall)))
}
