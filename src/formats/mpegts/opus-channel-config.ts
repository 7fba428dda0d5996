import type { OpusIdentificationHeader } from '../../codecs/opus/identification-header.ts'

/** Of a code with more than two channels: where each of them lies, in the order of Vorbis. Source: RFC 7845 §5.1.1.2. */
const usualMappings: { readonly [channels: number]: readonly number[] } = {
  3: [0, 2, 1],
  4: [0, 1, 2, 3],
  5: [0, 4, 1, 2, 3],
  6: [0, 4, 1, 2, 3, 5],
  7: [0, 4, 1, 2, 3, 5, 6],
  8: [0, 6, 1, 2, 3, 4, 5, 7],
}

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

/** "OpusHead", version 1. */
const headStart = [0x4f, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64, 1] as const
/** No pre-skip, for a live stream is joined in the middle; 48 000 Hz; no gain. Low byte first. */
const headFields = [0, 0, 0x80, 0xbb, 0, 0, 0, 0] as const

/**
 * The identification header for a channel_config_code; `undefined` if it is none of 1 to 8 channels.
 *
 * @see Opus in MPEG-TS, V0.1.3 (opus_audio_descriptor); RFC 7845 §5.1
 */
export function opusHeadOfChannelCode(code: number): Uint8Array | undefined {
  const streams = streamsOf[code - 1]
  if (streams === undefined) return undefined
  const mapping = usualMappings[code]
  const family = mapping === undefined ? [0] : [1, ...streams, ...mapping]
  return Uint8Array.of(...headStart, code, ...headFields, ...family)
}
