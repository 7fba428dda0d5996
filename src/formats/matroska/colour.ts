import { type ColorConfig, colorValues, type HdrCll, type HdrMdcv } from '../flv/color-values.ts'
import { encodeElement, encodeFloat, encodeUnsigned } from './element.ts'

/**
 * The Colour element of a video track; none if nothing is known.
 *
 * @param colorInfo `VideoFacts.colorInfo`.
 * @see RFC 9559 §5.1.4.1.28.16
 */
export function encodeColour(colorInfo: Uint8Array | undefined): readonly Uint8Array[] {
  const { colorConfig, hdrCll, hdrMdcv } = colorInfo === undefined ? {} : colorValues(colorInfo)
  const parts = [
    ...(colorConfig === undefined ? [] : encodeConfig(colorConfig)),
    ...(hdrCll === undefined ? [] : encodeLightLevels(hdrCll)),
    ...(hdrMdcv === undefined ? [] : [encodeMasteringMetadata(hdrMdcv)]),
  ]
  return parts.length === 0 ? [] : [encodeElement('Colour', parts)]
}

/** The code points of Matroska are those of ITU-T H.273. */
function encodeConfig({ colorPrimaries, transferCharacteristics, matrixCoefficients }: ColorConfig): Uint8Array[] {
  return [
    encodeUnsigned('MatrixCoefficients', matrixCoefficients),
    encodeUnsigned('TransferCharacteristics', transferCharacteristics),
    encodeUnsigned('Primaries', colorPrimaries),
  ]
}

function encodeLightLevels({ maxCLL, maxFall }: HdrCll): Uint8Array[] {
  return [encodeUnsigned('MaxCLL', Math.round(maxCLL)), encodeUnsigned('MaxFALL', Math.round(maxFall))]
}

function encodeMasteringMetadata(mdcv: HdrMdcv): Uint8Array {
  return encodeElement('MasteringMetadata', [
    encodeFloat('PrimaryRChromaticityX', mdcv.redX),
    encodeFloat('PrimaryRChromaticityY', mdcv.redY),
    encodeFloat('PrimaryGChromaticityX', mdcv.greenX),
    encodeFloat('PrimaryGChromaticityY', mdcv.greenY),
    encodeFloat('PrimaryBChromaticityX', mdcv.blueX),
    encodeFloat('PrimaryBChromaticityY', mdcv.blueY),
    encodeFloat('WhitePointChromaticityX', mdcv.whitePointX),
    encodeFloat('WhitePointChromaticityY', mdcv.whitePointY),
    encodeFloat('LuminanceMax', mdcv.maxLuminance),
    encodeFloat('LuminanceMin', mdcv.minLuminance),
  ])
}
