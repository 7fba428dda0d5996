import type { AudioCodec, Codec, Track, VideoCodec } from '../../media/track.ts'
import { opusTiming } from './opus-timing.ts'

type MediaCodec = VideoCodec | AudioCodec

/** How Matroska names a codec, and whether its decoder needs `Track.config` first. Source: RFC 9559 §27.3, AV1 in Matroska. */
type CodecMapping = { readonly codecId: string; readonly codecPrivate: 'config' | 'none' }

const mappings: { readonly [Name in Codec]?: CodecMapping } = {
  h264: { codecId: 'V_MPEG4/ISO/AVC', codecPrivate: 'config' },
  h265: { codecId: 'V_MPEGH/ISO/HEVC', codecPrivate: 'config' },
  av1: { codecId: 'V_AV1', codecPrivate: 'config' },
  vp8: { codecId: 'V_VP8', codecPrivate: 'none' },
  vp9: { codecId: 'V_VP9', codecPrivate: 'none' },
  aac: { codecId: 'A_AAC', codecPrivate: 'config' },
  mp3: { codecId: 'A_MPEG/L3', codecPrivate: 'none' },
  opus: { codecId: 'A_OPUS', codecPrivate: 'config' },
  flac: { codecId: 'A_FLAC', codecPrivate: 'config' },
  ac3: { codecId: 'A_AC3', codecPrivate: 'none' },
  eac3: { codecId: 'A_EAC3', codecPrivate: 'none' },
}

/** `undefined` for a codec that has no Codec ID: h266, script data, and what we do not take apart. */
export function codecMapping(codec: Codec): CodecMapping | undefined {
  return mappings[codec]
}

/** Other Codec IDs of the same codecs. Source: RFC 9559 §27.3. */
const aliases: ReadonlyMap<string, MediaCodec> = new Map([
  ['A_AC3/BSID9', 'ac3'],
  ['A_AC3/BSID10', 'ac3'],
])

/** The codec of a Codec ID; `undefined` if it is none of ours. */
export function codecOfId(codecId: string): MediaCodec | undefined {
  const known = Object.entries(mappings).find(([, mapping]) => mapping.codecId === codecId)?.[0]
  return (known as MediaCodec | undefined) ?? aliases.get(codecId)
}

/**
 * True if Matroska can hold the track: its codec has a Codec ID, and what must stand before the first frame is known.
 *
 * @see RFC 9559 §5.1.4.1.28.2 (PixelWidth is mandatory)
 */
export function matroskaCarries(track: Track): boolean {
  const mapping = codecMapping(track.codec)
  if (mapping === undefined || track.kind === 'data') return false
  if (mapping.codecPrivate === 'config' && track.config === undefined) return false
  if (track.codec === 'opus' && opusTiming(track) === undefined) return false
  return track.kind !== 'video' || (track.video !== undefined && track.video.width > 0 && track.video.height > 0)
}
