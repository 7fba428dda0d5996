/** descriptor_tag. Source: ISO/IEC 13818-1 table 2-45; ETSI EN 300 468 table 12 (extension). */
const tags = { registration: 0x05, dvbExtension: 0x7f } as const

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
