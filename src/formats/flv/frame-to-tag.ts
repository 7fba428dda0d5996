import { rescale } from '../../core/time.ts'
import type { Milliseconds } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { AudioFacts, Track } from '../../media/track.ts'
import { aacHeadSize, aacPacketTypes, mp3HeadSize } from './audio-tag.ts'
import { soundFormats, videoCodecIds } from './codec-ids.ts'
import { audioPacketTypes } from './ex-audio-tag.ts'
import { encodeExBody, exHeadSize, writeExHead } from './ex-tag-head.ts'
import { videoPacketTypes } from './ex-video-tag.ts'
import { type FlvProfile, passesBody, tagForm } from './flv-profile.ts'
import { type TagType, tagTypes } from './tag-header.ts'
import { frameTypes } from './video-packet.ts'
import { avcPacketTypes, videoHeadSize } from './video-tag.ts'

const millisecond = 1000
/** Always 44 kHz, 16 bit, stereo, whatever the sound is: FLV 10.1 §E.4.2.1. */
const aacSound = (soundFormats.aac << 4) | 0xf

/** The type of the tag, and of the RTMP message, that carries this frame. By codec: a data track may carry tags. */
export function tagType(frame: Frame): TagType {
  return trackTagType(frame.track)
}

/** The type of all tags of a track. */
export function trackTagType(track: Track): TagType {
  switch (track.codec) {
    case 'h264':
    case 'h265':
    case 'h266':
    case 'av1':
    case 'vp8':
    case 'vp9':
    case 'flv-video':
      return tagTypes.video
    case 'aac':
    case 'mp3':
    case 'opus':
    case 'flac':
    case 'ac3':
    case 'eac3':
    case 'flv-audio':
      return tagTypes.audio
    case 'amf0':
    case 'scte35': // left out, as `tagForm` says
    case 'klv':
    case 'id3':
      return tagTypes.script
  }
}

/** Decode time of a frame in the unit of tags, not yet modulo 2^32. */
export function tagTime(frame: Frame): Milliseconds {
  return rescale(frame.dts, frame.track.timescale, millisecond) as number
}

/**
 * True for onMetaData, which belongs to no moment of the stream and is sent with time 0: FFmpeg takes script data with
 * any other time for the start of a text track.
 */
export function isTimeless(frame: Frame): boolean {
  return frame.track.codec === 'amf0' && frame.payload === frame.track.config
}

/** The time that a tag with `configTagBody(track)` carries when a reader starts at `time`. */
export function configTagTime(track: Track, time: Milliseconds): Milliseconds {
  return track.codec === 'amf0' ? 0 : time
}

/** True if the readers of `profile` are sent this frame. */
export function isForReaders(frame: Frame, profile: FlvProfile): boolean {
  const { codec } = frame.track
  if (codec === 'flv-video' || codec === 'flv-audio') return passesBody(codec, frame.payload, profile)
  return tagForm(frame.track, profile) !== undefined
}

/** Bytes that a tag body has in front of the frame's payload; 15 at most. */
export function tagBodyHeadSize(frame: Frame, profile: FlvProfile): number {
  const form = tagForm(frame.track, profile)
  if (form !== 'legacy') return form === 'fourCc' ? exHeadSize(frame, profile) : 0
  switch (frame.track.codec) {
    case 'h264':
    case 'h265':
      return videoHeadSize
    case 'aac':
      return aacHeadSize
    case 'mp3':
      return mp3HeadSize
    default:
      return 0
  }
}

/** Write what a tag body has in front of the frame's payload: `tagBodyHeadSize(frame, profile)` bytes from `at` on. */
export function writeTagBodyHead(frame: Frame, profile: FlvProfile, into: Uint8Array, at: number): void {
  const form = tagForm(frame.track, profile)
  if (form === 'fourCc') return writeExHead(frame, profile, into, at)
  if (form !== 'legacy') return
  switch (frame.track.codec) {
    case 'h264':
    case 'h265':
      return writeVideoHead(frame, frame.track.codec, into, at)
    case 'aac':
      into[at] = aacSound
      into[at + 1] = aacPacketTypes.raw
      return
    case 'mp3':
      into[at] = mp3Sound(frame.track.audio)
      return
    default:
      return
  }
}

const none: readonly Uint8Array[] = []

/** The tag bodies that tell a track's configuration, in order; may be none. They may share bytes with the track. */
export function configTagBodies(track: Track, profile: FlvProfile): readonly Uint8Array[] {
  switch (tagForm(track, profile)) {
    case 'legacy':
      return legacyConfigBodies(track)
    case 'fourCc':
      return exConfigBodies(track, profile)
    case 'whole':
      return wholeConfigBodies(track, profile)
    case undefined:
      return none
  }
}

function legacyConfigBodies({ codec, config }: Track): readonly Uint8Array[] {
  if (config === undefined) return none
  switch (codec) {
    case 'h264':
    case 'h265':
      return [join([(frameTypes.key << 4) | videoCodecIds[codec], avcPacketTypes.sequenceHeader, 0, 0, 0], config)]
    case 'aac':
      return [join([aacSound, aacPacketTypes.sequenceHeader], config)]
    default:
      return none
  }
}

/** FFmpeg has the metadata behind the sequence start. */
function exConfigBodies(track: Track, { hasColorInfo, hasChannelOrder }: FlvProfile): readonly Uint8Array[] {
  const { config, video, audio } = track
  const start = config && encodeExBody(track, videoPacketTypes.sequenceStart, config)
  const colors =
    hasColorInfo && video?.colorInfo ? encodeExBody(track, videoPacketTypes.metadata, video.colorInfo) : undefined
  const order =
    hasChannelOrder && audio?.channelOrder
      ? encodeExBody(track, audioPacketTypes.multichannelConfig, audio.channelOrder)
      : undefined
  return [start, colors, order].filter(body => body !== undefined)
}

function wholeConfigBodies({ codec, config }: Track, profile: FlvProfile): readonly Uint8Array[] {
  if (config === undefined) return none
  const isOpaque = codec === 'flv-video' || codec === 'flv-audio'
  return isOpaque && !passesBody(codec, config, profile) ? none : [config]
}

function writeVideoHead(frame: Frame, codec: 'h264' | 'h265', into: Uint8Array, at: number): void {
  const compositionTime = rescale(frame.pts, frame.track.timescale, millisecond) - tagTime(frame)
  into[at] = ((frame.isKey ? frameTypes.key : frameTypes.inter) << 4) | videoCodecIds[codec]
  into[at + 1] = avcPacketTypes.nalu
  into[at + 2] = compositionTime >> 16
  into[at + 3] = compositionTime >> 8
  into[at + 4] = compositionTime
}

/**
 * 16 bit sound at the nearest of the rates that a tag can say; what decodes MP3 looks into the frames. Unknown facts are
 * told as 44 kHz stereo.
 *
 * @see FLV 10.1 §E.4.2.1
 */
function mp3Sound(facts: AudioFacts | undefined): number {
  const sampleRate = facts?.sampleRate ?? 44100
  const format = sampleRate === 8000 ? soundFormats.mp3At8kHz : soundFormats.mp3
  const rate = sampleRate >= 32000 ? 3 : sampleRate >= 16000 ? 2 : sampleRate > 8000 ? 1 : 0
  const type = facts?.channels === 1 ? 0 : 1
  return (format << 4) | (rate << 2) | 2 | type
}

function join(head: readonly number[], data: Uint8Array): Uint8Array {
  const body = new Uint8Array(head.length + data.length)
  body.set(head)
  body.set(data, head.length)
  return body
}
