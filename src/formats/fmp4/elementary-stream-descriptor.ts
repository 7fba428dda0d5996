import { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'
import { fullBox, uint8, uint16, uint32 } from './box.ts'

/** ISO/IEC 14496-1 table 5. */
export const objectTypeIndications = { aac: 0x40, mpeg2Audio: 0x69, mpeg1Audio: 0x6b } as const

/** Descriptor tags of ISO/IEC 14496-1 table 1. */
const tags = { es: 3, decoderConfig: 4, decoderSpecificInfo: 5, slConfig: 6 }
/** streamType audio, upStream 0, reserved 1. ISO/IEC 14496-1 table 6. */
const audioStream = (5 << 2) | 1
/** SLConfigDescriptor predefined: as MP4 files have it. ISO/IEC 14496-14 §3.1.2. */
const predefinedInFiles = 2

/**
 * The ESDBox of an audio track.
 *
 *     ES_Descriptor | ES_ID 0 (16) | flags 0 (8) |
 *       DecoderConfigDescriptor | objectTypeIndication (8) | streamType, upStream, 1 (8) | bufferSizeDB (24) |
 *                               | maxBitrate (32) | avgBitrate (32) |
 *         DecoderSpecificInfo | … |
 *       SLConfigDescriptor | predefined 2 (8) |
 *
 * The bit rates of a live stream are not known: 0.
 *
 * @param decoderSpecificInfo For AAC its AudioSpecificConfig; MP3 has none.
 * @see ISO/IEC 14496-14 §6.7.2, ISO/IEC 14496-1 §7.2.6
 */
export function esdsBox(objectTypeIndication: number, decoderSpecificInfo: Uint8Array | undefined): Uint8Array {
  const rates = [uint8(0, 0, 0), uint32(0, 0)]
  const specificInfo =
    decoderSpecificInfo === undefined ? [] : [descriptor(tags.decoderSpecificInfo, decoderSpecificInfo)]
  const config = descriptor(
    tags.decoderConfig,
    ...[uint8(objectTypeIndication, audioStream), ...rates, ...specificInfo],
  )
  const slConfig = descriptor(tags.slConfig, uint8(predefinedInFiles))
  return fullBox('esds', 0, 0, descriptor(tags.es, uint16(0), uint8(0), config, slConfig))
}

/** Tag, size, body. The size has seven bits in each byte, and a flag in all but the last. ISO/IEC 14496-1 §8.3.3. */
function descriptor(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(parts)
  const size = [body.length & 0x7f]
  for (let rest = body.length >> 7; rest > 0; rest >>= 7) size.unshift(0x80 | (rest & 0x7f))
  return Buffer.concat([uint8(tag, ...size), body])
}

/** What an ESDBox says of a track. */
export type ElementaryStream = {
  readonly objectTypeIndication: number
  /** A view; `undefined` if there is none. */
  readonly decoderSpecificInfo: Uint8Array | undefined
}

/** Flags of an ES_Descriptor, behind its ES_ID. ISO/IEC 14496-1 §7.2.6.5. */
const esFlags = { streamDependence: 0x80, url: 0x40, ocrStream: 0x20 }
/** From streamType to avgBitrate. */
const streamFactsSize = 12

/**
 * Decode an ESDBox: see `esdsBox`.
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 14496-14 §6.7.2, ISO/IEC 14496-1 §7.2.6.5, §7.2.6.6
 */
export function decodeEsds(data: Uint8Array): ElementaryStream {
  const box = new ByteReader(data, 'mp4')
  box.bytes(4) // version and flags
  const es = readDescriptor(box, tags.es)
  es.bytes(2) // ES_ID
  const flags = es.u8()
  if ((flags & esFlags.streamDependence) !== 0) es.bytes(2)
  if ((flags & esFlags.url) !== 0) es.bytes(es.u8())
  if ((flags & esFlags.ocrStream) !== 0) es.bytes(2)
  const config = readDescriptor(es, tags.decoderConfig)
  const objectTypeIndication = config.u8()
  config.bytes(streamFactsSize)
  if (config.bytesLeft === 0) return { objectTypeIndication, decoderSpecificInfo: undefined }
  const info = readDescriptor(config, tags.decoderSpecificInfo)
  return { objectTypeIndication, decoderSpecificInfo: info.bytes(info.bytesLeft) }
}

function readDescriptor(reader: ByteReader, expected: number): ByteReader {
  const tag = reader.u8()
  if (tag !== expected) {
    throw new ProtocolError('mp4', 'malformed', `Cannot read MP4 descriptor: its tag is ${expected}, is ${tag}`)
  }
  let size = 0
  let byte = 0x80
  for (let count = 0; (byte & 0x80) !== 0 && count < 4; count++) {
    byte = reader.u8()
    size = size * 0x80 + (byte & 0x7f)
  }
  return new ByteReader(reader.bytes(size), 'mp4')
}
