import { decodeH264DecoderConfiguration } from '../../codecs/h264/decoder-configuration.ts'
import { decodeH265DecoderConfiguration } from '../../codecs/h265/decoder-configuration.ts'
import { decodeH266DecoderConfiguration } from '../../codecs/h266/decoder-configuration.ts'
import { h266NalUnitType, h266NalUnitTypes } from '../../codecs/h266/nal-unit-type.ts'
import type { LengthSize } from '../../codecs/nal/length-prefixed.ts'
import type { NalCodec } from '../../codecs/nal/nal-codec.ts'

/** What an access unit needs that is not in its frame. */
export type NalConfiguration = {
  readonly codec: NalCodec
  readonly lengthSize: LengthSize
  /** In the order in which a decoder takes them. */
  readonly parameterSets: readonly Uint8Array[]
}

/** @throws {ProtocolError} If the record, `Track.config`, is malformed. */
export function nalConfiguration(codec: NalCodec, record: Uint8Array): NalConfiguration {
  switch (codec) {
    case 'h264': {
      const { lengthSize, sequenceParameterSets, pictureParameterSets } = decodeH264DecoderConfiguration(record)
      return { codec, lengthSize, parameterSets: [...sequenceParameterSets, ...pictureParameterSets] }
    }
    case 'h265': {
      const { lengthSize, ...sets } = decodeH265DecoderConfiguration(record)
      const { videoParameterSets, sequenceParameterSets, pictureParameterSets } = sets
      const parameterSets = [...videoParameterSets, ...sequenceParameterSets, ...pictureParameterSets]
      return { codec, lengthSize, parameterSets }
    }
    case 'h266': {
      const { lengthSize, units } = decodeH266DecoderConfiguration(record)
      return { codec, lengthSize, parameterSets: units.filter(isH266ParameterSet) }
    }
  }
}

/** OPI, DCI, VPS, SPS, PPS: what may stand in front of a picture, in this order. Source: ITU-T H.266 §7.4.2.4.4. */
function isH266ParameterSet(unit: Uint8Array): boolean {
  const type = h266NalUnitType(unit)
  return type >= h266NalUnitTypes.opi && type <= h266NalUnitTypes.pps
}
