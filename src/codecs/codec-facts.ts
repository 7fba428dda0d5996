import { unlessMalformed } from '../core/errors.ts'
import type { AudioCodec, AudioFacts, DataCodec, Track, VideoCodec, VideoFacts } from '../media/track.ts'
import { aacAudioFacts } from './aac/audio-facts.ts'
import { ac3AudioFacts } from './ac3/audio-facts.ts'
import { av1VideoFacts } from './av1/video-facts.ts'
import { eac3AudioFacts } from './eac3/audio-facts.ts'
import { flacAudioFacts } from './flac/audio-facts.ts'
import { h264VideoFacts } from './h264/video-facts.ts'
import { h265VideoFacts } from './h265/video-facts.ts'
import { h266VideoFacts } from './h266/video-facts.ts'
import { mp3AudioFacts } from './mp3/audio-facts.ts'
import { opusAudioFacts } from './opus/audio-facts.ts'
import { vp8VideoFacts } from './vp8/video-facts.ts'
import { vp9VideoFacts } from './vp9/video-facts.ts'

/** Names for people. */
export const codecLabels: Readonly<Record<VideoCodec | AudioCodec | DataCodec, string>> = {
  h264: 'H.264',
  h265: 'H.265',
  h266: 'H.266',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  aac: 'AAC',
  mp3: 'MP3',
  opus: 'Opus',
  flac: 'FLAC',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
  amf0: 'AMF0',
  scte35: 'SCTE-35',
  klv: 'KLV',
  id3: 'ID3',
}

type ConfigFacts<T> = (config: Uint8Array) => T
type FrameFacts<T> = (frame: Uint8Array, config?: Uint8Array) => T

const videoConfigFacts: Partial<Record<VideoCodec, ConfigFacts<VideoFacts>>> = {
  h264: h264VideoFacts,
  h265: h265VideoFacts,
  h266: h266VideoFacts,
  av1: av1VideoFacts,
}
const videoFrameFacts: Partial<Record<VideoCodec, FrameFacts<VideoFacts>>> = { vp8: vp8VideoFacts, vp9: vp9VideoFacts }
const audioConfigFacts: Partial<Record<AudioCodec, ConfigFacts<AudioFacts>>> = {
  aac: aacAudioFacts,
  opus: opusAudioFacts,
  flac: flacAudioFacts,
}
const audioFrameFacts: Partial<Record<AudioCodec, FrameFacts<AudioFacts>>> = {
  mp3: mp3AudioFacts,
  ac3: ac3AudioFacts,
  eac3: eac3AudioFacts,
}

/** Codecs whose frames nobody can decode without a configuration. */
const configured = new Set<VideoCodec | AudioCodec>(['h264', 'h265', 'h266', 'av1', 'aac', 'flac'])

export function needsConfig(codec: VideoCodec | AudioCodec): boolean {
  return configured.has(codec)
}

export function factsOfVideoConfig(codec: VideoCodec, config: Uint8Array): VideoFacts | undefined {
  return factsOf(videoConfigFacts[codec], config)
}

/** What a key frame says of its picture, where the configuration of the codec does not. */
export function factsOfKeyFrame(track: Track, payload: Uint8Array): VideoFacts | undefined {
  return factsOf(videoFrameFacts[track.codec as VideoCodec], payload, track.config)
}

export function factsOfAudioConfig(codec: AudioCodec, config: Uint8Array): AudioFacts | undefined {
  return factsOf(audioConfigFacts[codec], config)
}

/** What a frame says of its sound, where the codec has no configuration that would say it. */
export function factsOfAudioFrame(codec: AudioCodec, payload: Uint8Array): AudioFacts | undefined {
  return factsOf(audioFrameFacts[codec], payload)
}

/** Facts are for people and for packagers: what cannot be parsed is left out, and the stream goes on. */
function factsOf<T>(decode: FrameFacts<T> | undefined, bytes: Uint8Array, config?: Uint8Array): T | undefined {
  return unlessMalformed(() => decode?.(bytes, config))
}
