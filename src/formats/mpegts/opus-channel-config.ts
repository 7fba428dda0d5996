import type { OpusIdentificationHeader } from '../../codecs/opus/identification-header.ts'

/** Streams, and how many of them are stereo, by the number of channels from 1 on. Source: Opus in MPEG-TS, channel_config_code. */
const streamsOf = [
  [1, 0],
  [1, 1],
  [2, 1],
  [2, 2],
  [3, 2],
  [4, 2],
  [4, 3],
  [5, 3],
] as const

/**
 * The channel_config_code of a track: the number of its channels, if they lie as a receiver will take them to lie; else
 * `undefined`, for it has no other way to tell.
 *
 * @see Opus in MPEG-TS, V0.1.3 (opus_audio_descriptor); RFC 7845 §5.1.1 (mapping families)
 */
export function opusChannelConfigCode(header: OpusIdentificationHeader): number | undefined {
  const { channelMappingFamily, outputChannelCount, channelMappingTable } = header
  if (channelMappingFamily === 0) return outputChannelCount
  const [streams, coupled] = streamsOf[outputChannelCount - 1] ?? []
  const isUsual = channelMappingTable[0] === streams && channelMappingTable[1] === coupled
  return channelMappingFamily === 1 && isUsual ? outputChannelCount : undefined
}
