import { ByteReader } from '../../core/byte-reader.ts'

/** descriptor_tag. Source: ISO/IEC 13818-1 table 2-45; ETSI EN 300 468 table 12 (Dolby's and the extension). */
const tags = {
  registration: 0x05,
  iso639Language: 0x0a,
  metadataPointer: 0x25,
  metadata: 0x26,
  dvbAc3: 0x6a,
  dvbEac3: 0x7a,
  dvbExtension: 0x7f,
  av1Video: 0x80,
} as const

/** A descriptor of a stream or program; `data` is a copy. */
export type Descriptor = { readonly tag: number; readonly data: Uint8Array }

/**
 *     { descriptor_tag (8) | descriptor_length (8) | data } …
 *
 * @throws {ProtocolError}
 * @see ISO/IEC 13818-1 §2.6.1
 */
export function decodeDescriptors(bytes: Uint8Array): readonly Descriptor[] {
  const reader = new ByteReader(bytes, 'mpegts')
  const descriptors: Descriptor[] = []
  while (reader.bytesLeft > 0) descriptors.push({ tag: reader.u8(), data: reader.bytes(reader.u8()).slice() })
  return descriptors
}

/** Who has registered what the stream carries, in four characters; `undefined` if nobody says so. */
export function registeredFormat(descriptors: readonly Descriptor[]): string | undefined {
  const registration = descriptors.find(({ tag, data }) => tag === tags.registration && data.length >= 4)
  return registration && Buffer.from(registration.data.subarray(0, 4)).toString('latin1')
}

/** The language of the stream, as Track has it; `undefined` if it is not told. `languageDescriptor` has the layout. */
export function languageOf(descriptors: readonly Descriptor[]): string | undefined {
  const code = descriptors.find(({ tag }) => tag === tags.iso639Language)?.data.subarray(0, 3)
  const language = code && Buffer.from(code).toString('latin1').toLowerCase()
  return language !== undefined && /^[a-z]{3}$/.test(language) && language !== 'und' ? language : undefined
}

/**
 * The metadata format that a stream carries, in four characters; `undefined` if it is not told that way.
 * `metadataDescriptor` has the layout.
 */
export function metadataFormat(descriptors: readonly Descriptor[]): string | undefined {
  const data = descriptors.find(({ tag }) => tag === tags.metadata)?.data
  if (data === undefined) return undefined
  const formatAt = data[0] === 0xff && data[1] === 0xff ? 6 : 2
  const identifier = data.subarray(formatAt + 1, formatAt + 5)
  return data[formatAt] === 0xff && identifier.length === 4 ? Buffer.from(identifier).toString('latin1') : undefined
}

/** What DVB says that a stream of private data carries. Source: ETSI EN 300 468 §D.3 (AC-3), §D.5 (Enhanced AC-3). */
export function dvbDolbyCodec(descriptors: readonly Descriptor[]): 'ac3' | 'eac3' | undefined {
  if (descriptors.some(({ tag }) => tag === tags.dvbAc3)) return 'ac3'
  return descriptors.some(({ tag }) => tag === tags.dvbEac3) ? 'eac3' : undefined
}

/** The channel_config_code of an Opus stream; `undefined` if it has none. `opusAudioDescriptor` has the layout. */
export function opusChannelCode(descriptors: readonly Descriptor[]): number | undefined {
  return descriptors.find(({ tag, data }) => tag === tags.dvbExtension && data[0] === opusTagExtension)?.data[1]
}

/**
 *     | descriptor_tag 0x05 (8) | descriptor_length (8) | format_identifier (32) |
 *
 * @param formatIdentifier Four characters, as registered with SMPTE RA.
 * @see ISO/IEC 13818-1 §2.6.8
 */
export function registrationDescriptor(formatIdentifier: string): readonly number[] {
  return [tags.registration, 4, ...Buffer.from(formatIdentifier, 'latin1')]
}

/** audio_type, but not only of sound: undefined. */
const anyUse = 0

/**
 *     | descriptor_tag 0x0a (8) | descriptor_length (8) | ISO_639_language_code (24) | audio_type (8) |
 *
 * @param language Three letters, as in `Track.language`.
 * @see ISO/IEC 13818-1 §2.6.18
 */
export function languageDescriptor(language: string): readonly number[] {
  return [tags.iso639Language, 4, ...Buffer.from(language, 'latin1').subarray(0, 3), anyUse]
}

/** Application and data both are of this format, and there is one service of it. */
function metadataFields(format: string): readonly number[] {
  const identifier = Buffer.from(format, 'latin1')
  return [0xff, 0xff, ...identifier, 0xff, ...identifier, 0]
}

/**
 *     | descriptor_tag 0x26 (8) | descriptor_length (8) | metadata_application_format 0xffff (16) | identifier (32) |
 *     | metadata_format 0xff (8) | identifier (32) | metadata_service_id (8) | decoder_config_flags (3) | DSM-CC_flag (1) |
 *     | reserved 1111 |
 *
 * @see ISO/IEC 13818-1 §2.6.60
 */
export function metadataDescriptor(format: string): readonly number[] {
  return [tags.metadata, 13, ...metadataFields(format), 0x0f]
}

/**
 *     | descriptor_tag 0x25 (8) | descriptor_length (8) | formats and service, as in the metadata_descriptor (88) |
 *     | locator_record_flag (1) | MPEG_carriage_flags (2) | reserved 11111 | program_number (16) |
 *
 * @see ISO/IEC 13818-1 §2.6.58
 */
export function metadataPointerDescriptor(format: string, programNumber: number): readonly number[] {
  return [tags.metadataPointer, 15, ...metadataFields(format), 0x1f, programNumber >> 8, programNumber & 0xff]
}

/** descriptor_tag_extension of Opus, in the range that users define. */
const opusTagExtension = 0x80

/**
 *     | descriptor_tag 0x7f (8) | descriptor_length (8) | descriptor_tag_extension 0x80 (8) | channel_config_code (8) |
 *
 * @param channelConfigCode See `opusChannelConfigCode`.
 * @see Opus in MPEG-TS, V0.1.3 (opus_audio_descriptor); ETSI EN 300 468 §6.2.18.1 (extension descriptor)
 */
export function opusAudioDescriptor(channelConfigCode: number): readonly number[] {
  return [tags.dvbExtension, 2, opusTagExtension, channelConfigCode]
}

/** From its first byte to initial_presentation_delay: AV1-ISOBMFF §2.3.3. */
const av1RecordHeadSize = 4

/**
 *     | descriptor_tag 0x80 (8) | descriptor_length (8) | head of the AV1CodecConfigurationRecord (32) |
 *
 * of which two bits that are reserved there are hdr_wcg_idc here.
 *
 * @param record Of the track.
 * @see Carriage of AV1 in MPEG-2 TS, v1.0.1 §2.2
 */
export function av1VideoDescriptor(record: Uint8Array, hdrWcgIdc: number): readonly number[] {
  const [first = 0, levels = 0, samples = 0, delay = 0] = record
  return [tags.av1Video, av1RecordHeadSize, first, levels, samples, (hdrWcgIdc << 6) | (delay & 0x1f)]
}
