import { h264NalUnitType, h264NalUnitTypes } from '../../codecs/h264/nal-unit-type.ts'
import { h265NalUnitType, h265NalUnitTypes } from '../../codecs/h265/nal-unit-type.ts'
import { h266NalUnitType, h266NalUnitTypes } from '../../codecs/h266/nal-unit-type.ts'
import { decodeLengthPrefixed } from '../../codecs/nal/length-prefixed.ts'
import type { NalCodec } from '../../codecs/nal/nal-codec.ts'
import type { Frame } from '../../media/frame.ts'
import type { NalConfiguration } from './nal-configuration.ts'

type NalSyntax = {
  readonly typeOf: (unit: Uint8Array) => number
  readonly types: { readonly sps: number; readonly accessUnitDelimiter: number }
  /** A whole delimiter that allows all kinds of slices. */
  readonly delimiter: Uint8Array
  readonly keyDelimiter: Uint8Array
}

const startCode = Uint8Array.of(0, 0, 0, 1)

/** primary_pic_type 7, any slice. Source: ITU-T H.264 §7.3.2.4. */
const h264Delimiter = Uint8Array.of(0x09, 0xf0)
/** pic_type 2, any slice. Source: ITU-T H.265 §7.3.2.5. */
const h265Delimiter = Uint8Array.of(0x46, 0x01, 0x50)

const syntaxes: { readonly [Name in NalCodec]: NalSyntax } = {
  h264: {
    typeOf: h264NalUnitType,
    types: h264NalUnitTypes,
    delimiter: h264Delimiter,
    keyDelimiter: h264Delimiter,
  },
  h265: {
    typeOf: h265NalUnitType,
    types: h265NalUnitTypes,
    delimiter: h265Delimiter,
    keyDelimiter: h265Delimiter,
  },
  // aud_irap_or_gdr_flag, aud_pic_type 2. Source: ITU-T H.266 §7.3.2.10.
  h266: {
    typeOf: h266NalUnitType,
    types: h266NalUnitTypes,
    delimiter: Uint8Array.of(0x00, 0xa1, 0x28),
    keyDelimiter: Uint8Array.of(0x00, 0xa1, 0xa8),
  },
}

/**
 * A frame as a byte stream in pieces: delimiter, at a key frame the parameter sets, then the frame's own units. A
 * delimiter of the encoder's gives way to ours, which stands first whatever the frame begins with; parameter sets in the
 * frame are taken instead of those of the configuration.
 *
 * @throws {ProtocolError} If the frame is malformed.
 * @see ISO/IEC 13818-1 §2.14.1 (AVC), §2.17.1 (HEVC), §2.23.1 (VVC): delimiters are mandatory; ITU-T H.264 §7.4.1.2.3
 */
export function nalAccessUnit(frame: Frame, configuration: NalConfiguration): readonly Uint8Array[] {
  const { codec, lengthSize, parameterSets } = configuration
  const { typeOf, types, delimiter, keyDelimiter } = syntaxes[codec]
  const pieces: Uint8Array[] = [startCode, frame.isKey ? keyDelimiter : delimiter]
  const units = decodeLengthPrefixed(frame.payload, lengthSize, codec)
  const isSelfContained = !frame.isKey || units.some(unit => typeOf(unit) === types.sps)
  if (!isSelfContained) for (const unit of parameterSets) pieces.push(startCode, unit)
  for (const unit of units) if (typeOf(unit) !== types.accessUnitDelimiter) pieces.push(startCode, unit)
  return pieces
}
