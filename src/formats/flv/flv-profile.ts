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
  /** Codecs that the readers know in legacy form. */
  readonly legacy: ReadonlySet<MediaCodec>
  /** Codecs that the readers know by FourCC. Tracks that are in neither set are left out. */
  readonly fourCcs: ReadonlySet<MediaCodec>
  /** A codec that is in both sets is written by FourCC where the publisher has done so. */
  readonly keepsFourCc: boolean
  /** Tracks beside the first of their kind are written too, in multitrack messages of one track. */
  readonly isMultitrack: boolean
  /** The nanosecond offset of frames is told; the legacy form has no place for it. */
  readonly hasNanoOffset: boolean
  /** Colours are told; the legacy form has no place for them. */
  readonly hasColorInfo: boolean
  /** The order of channels is told; the legacy form has no place for it. */
  readonly hasChannelOrder: boolean
  /** Messages of Enhanced RTMP that we do not understand are passed on. */
  readonly passesUnknown: boolean
}

/** Codecs that FLV 10.1 has. All that reads FLV reads them in this form. */
export const flvCodecs: readonly MediaCodec[] = ['h264', 'aac', 'mp3']
/** Codecs that Enhanced RTMP has. */
export const fourCcCodecs = Object.keys({ ...videoFourCcs, ...audioFourCcs }) as readonly MediaCodec[]

const common: Omit<FlvProfile, 'name'> = {
  legacy: new Set(flvCodecs),
  fourCcs: new Set(fourCcCodecs),
  keepsFourCc: false,
  isMultitrack: false,
  hasNanoOffset: false,
  hasColorInfo: false,
  hasChannelOrder: false,
  passesUnknown: true,
}

/** For players of FLV in browsers: mpegts.js 1.8 ends at messages of Enhanced RTMP that it does not know. */
export const playbackProfile: FlvProfile = { ...common, name: 'playback' }

/** For players that do not say what they can parse but are known to read Enhanced RTMP. */
export const undeclaredProfile: FlvProfile = {
  ...common,
  name: 'undeclared',
  hasColorInfo: true,
  hasChannelOrder: true,
}

/** For players that know FLV 10.1 and no more. */
export const basicProfile: FlvProfile = { ...common, name: 'basic', fourCcs: new Set(), passesUnknown: false }

/** For players from before Enhanced RTMP that know H.265 by a codec id of its own. */
export const legacyProfile: FlvProfile = {
  ...basicProfile,
  name: 'legacy',
  legacy: new Set<MediaCodec>([...flvCodecs, 'h265']),
}

/** For files: no track is left out, and nothing that its form has a place for. */
export const archiveProfile: FlvProfile = {
  ...common,
  name: 'archive',
  isMultitrack: true,
  hasNanoOffset: true,
  hasColorInfo: true,
  hasChannelOrder: true,
}

/** How the tags of `track` are written for the readers of `profile`; `undefined` if they are left out. */
export function tagForm({ codec, index, hasFourCc }: Track, profile: FlvProfile): TagForm | undefined {
  if (codec === 'amf0' || codec === 'flv-video' || codec === 'flv-audio') return 'whole'
  if (codec === 'scte35' || codec === 'klv' || codec === 'id3') return undefined
  const isKnown = profile.fourCcs.has(codec)
  if (index > 0) return isKnown && profile.isMultitrack ? 'fourCc' : undefined
  if (profile.legacy.has(codec)) return isKnown && profile.keepsFourCc && hasFourCc === true ? 'fourCc' : 'legacy'
  return isKnown ? 'fourCc' : undefined
}

/** True if a whole body of a track that passes through is for the readers of `profile`. */
export function passesBody(codec: 'flv-video' | 'flv-audio', body: Uint8Array, profile: FlvProfile): boolean {
  if (profile.passesUnknown) return true
  const first = body[0] ?? 0
  return codec === 'flv-video' ? (first & exVideoHeaderFlag) === 0 : first >> 4 !== soundFormats.exHeader
}

/** The tracks of picture and sound that are left out for the readers of `profile`. */
export function leftOutTracks(tracks: readonly Track[], profile: FlvProfile): readonly Track[] {
  return tracks.filter(track => track.kind !== 'data' && !isReadable(track, profile))
}

/** Those of them that are the first of their kind. */
export function unreadableTracks(tracks: readonly Track[], profile: FlvProfile): readonly Track[] {
  return leftOutTracks(tracks, profile).filter(isMain)
}

/** The first tracks of picture and sound. */
export function mainTracks(tracks: readonly Track[]): readonly Track[] {
  return tracks.filter(isMain)
}

function isMain({ kind, index }: Track): boolean {
  return kind !== 'data' && index === 0
}

function isReadable(track: Track, profile: FlvProfile): boolean {
  const { codec, config } = track
  const isWhole = codec === 'flv-video' || codec === 'flv-audio'
  if (isWhole) return config === undefined || passesBody(codec, config, profile)
  return tagForm(track, profile) !== undefined
}
