import type { AudioCodec, Track, VideoCodec } from '../../media/track.ts'
import { soundFormats } from './codec-ids.ts'
import { exVideoHeaderFlag } from './ex-video-tag.ts'
import { audioFourCcs, videoFourCcs } from './four-cc.ts'

export type MediaCodec = VideoCodec | AudioCodec

/**
 * How the tags of a track are written: as FLV 10.1 has them, with a FourCC of Enhanced RTMP, or, where a frame's payload
 * is a whole body, as they came.
 */
export type TagForm = 'legacy' | 'fourCc' | 'whole'

/** What a class of readers of tags can parse. One object stands for one class, so that its readers share their bytes. */
export type FlvProfile = {
  /** Unique among profiles. */
  readonly name: string
  /** Codecs that are written in legacy form. */
  readonly legacy: ReadonlySet<MediaCodec>
  /** Codecs that the readers know by FourCC. Tracks that are in neither set are left out. */
  readonly fourCcs: ReadonlySet<MediaCodec>
  /** Tracks beside the first of their kind are written too, in multitrack messages of one track. */
  readonly isMultitrack: boolean
  /** The nanosecond offset of frames is told; the legacy form has no place for it. */
  readonly hasNanoOffset: boolean
  /** Colours and the order of channels are told; the legacy form has no place for them. */
  readonly hasMetadata: boolean
  /** Messages of Enhanced RTMP that we do not understand are passed on. */
  readonly passesUnknown: boolean
}

/** Codecs that FLV 10.1 has. All that reads FLV reads them in this form. */
export const flvCodecs: readonly MediaCodec[] = ['h264', 'aac', 'mp3']
/** Codecs that Enhanced RTMP has. */
export const fourCcCodecs = Object.keys({ ...videoFourCcs, ...audioFourCcs }) as readonly MediaCodec[]

const common = { legacy: new Set(flvCodecs), fourCcs: new Set(fourCcCodecs), passesUnknown: true } as const

/** For players of FLV in browsers: mpegts.js 1.8 ends at messages of Enhanced RTMP that it does not know. */
export const playbackProfile: FlvProfile = {
  ...common,
  name: 'playback',
  isMultitrack: false,
  hasNanoOffset: false,
  hasMetadata: false,
}

/** For players that do not say what they can parse: FFmpeg and VLC never do, and read all of this. */
export const undeclaredProfile: FlvProfile = {
  ...common,
  name: 'undeclared',
  isMultitrack: false,
  hasNanoOffset: false,
  hasMetadata: true,
}

/** For files: nothing that was published is left out. */
export const archiveProfile: FlvProfile = {
  ...common,
  name: 'archive',
  isMultitrack: true,
  hasNanoOffset: true,
  hasMetadata: true,
}

/** How the tags of `track` are written for the readers of `profile`; `undefined` if they are left out. */
export function tagForm({ codec, index }: Track, profile: FlvProfile): TagForm | undefined {
  if (codec === 'amf0' || codec === 'flv-video' || codec === 'flv-audio') return 'whole'
  if (index === 0 && profile.legacy.has(codec)) return 'legacy'
  if (index > 0 && !profile.isMultitrack) return undefined
  return profile.fourCcs.has(codec) ? 'fourCc' : undefined
}

/** True if a whole body of a track that passes through is for the readers of `profile`. */
export function passesBody(codec: 'flv-video' | 'flv-audio', body: Uint8Array, profile: FlvProfile): boolean {
  if (profile.passesUnknown) return true
  const first = body[0] ?? 0
  return codec === 'flv-video' ? (first & exVideoHeaderFlag) === 0 : first >> 4 !== soundFormats.exHeader
}
