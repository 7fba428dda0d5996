import { ByteReader } from '../../core/byte-reader.ts'

/** descriptor_tag. Source: ISO/IEC 13818-1 table 2-45; ETSI EN 300 468 table 12 (Dolby's and the extension). */
const tags = { registration: 0x05, dvbAc3: 0x6a, dvbEac3: 0x7a, dvbExtension: 0x7f } as const

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
