import { decodeObus } from '../../codecs/av1/obu.ts'
import { TemporalUnitReader } from '../../codecs/av1/temporal-unit-reader.ts'
import { AccessUnitReader, splitAtDelimiters } from '../../codecs/nal/access-unit-reader.ts'
import { decodeAnnexB } from '../../codecs/nal/annex-b.ts'
import type { NalCodec } from '../../codecs/nal/nal-codec.ts'
import type { VideoCodec } from '../../media/track.ts'
import { decodeAv1AccessUnit } from './av1-access-unit.ts'

/** A picture as frames have it. */
export type Picture = {
  /** True if decoding can start here. */
  readonly isKey: boolean
  readonly payload: Uint8Array
  /** As tracks have it; the same array until it changes. */
  readonly config: Uint8Array
}

/** How a codec's pictures lie in PES packets. */
export type PictureSyntax = {
  readonly codec: VideoCodec
  /** True if pictures are shown in the order in which they come, so that the time of one is that of its presentation. */
  readonly isInOrder: boolean
  /** The pictures that end with this payload, which is borrowed. Throws ProtocolError. */
  readonly read: (payload: Uint8Array) => readonly Picture[]
  /** Something is missing before the next payload. */
  readonly lost: () => void
}

/** @see ISO/IEC 13818-1 §2.14, §2.17, §2.23 */
export function nalSyntax(codec: NalCodec): PictureSyntax {
  const reader = new AccessUnitReader(codec)
  return {
    codec,
    isInOrder: false,
    read: payload => splitAtDelimiters(decodeAnnexB(payload, codec), codec).flatMap(units => reader.read(units) ?? []),
    lost: () => {},
  }
}

/**
 * @param carriage With start codes, as the specification says, or as OBUs in low-overhead format, as GStreamer does under
 * a registration of its own.
 * @see Carriage of AV1 in MPEG-2 TS, v1.0.1; GStreamer 1.26 mpegtsmux (enable-custom-mappings)
 */
export function av1Syntax(carriage: 'start codes' | 'low overhead'): PictureSyntax {
  const reader = new TemporalUnitReader()
  const decode = carriage === 'start codes' ? decodeAv1AccessUnit : decodeObus
  return {
    codec: 'av1',
    isInOrder: true,
    read: payload => reader.read(decode(payload)),
    lost: () => reader.reset(),
  }
}
