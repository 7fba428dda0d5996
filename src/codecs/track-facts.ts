import { ProtocolError } from '../core/errors.ts'
import type { AudioCodec, AudioFacts, VideoCodec, VideoFacts } from '../media/track.ts'
import type { TrackDescription } from '../media/track-set.ts'
import { isSameConfig } from '../media/track-set.ts'
import {
  codecLabels,
  factsOfAudioConfig,
  factsOfAudioFrame,
  factsOfKeyFrame,
  factsOfVideoConfig,
} from './codec-facts.ts'
import { encodeVp8CodecConfiguration } from './vp8/codec-configuration.ts'
import { encodeVp9CodecConfiguration } from './vp9/codec-configuration.ts'

/** What a container says of one of its tracks. */
export type ContainedTrack = {
  readonly id: number
  readonly index: number
  readonly timescale: number
  /** In the form of `Track.config`. */
  readonly config: Uint8Array | undefined
  /** What it says of picture or sound beside the configuration, which knows better. */
  readonly video?: VideoFacts
  readonly audio?: AudioFacts
}

/** A track of picture, before its first frame. */
export function describeVideo(codec: VideoCodec, { video: told, ...contained }: ContainedTrack): TrackDescription {
  const facts = contained.config && factsOfVideoConfig(codec, contained.config)
  const video = facts ?? told
  return { ...contained, kind: 'video', codec, codecLabel: codecLabels[codec], ...(video && { video }) }
}

/** A track of sound, before its first frame. */
export function describeAudio(codec: AudioCodec, { audio: told, ...contained }: ContainedTrack): TrackDescription {
  const facts = contained.config && factsOfAudioConfig(codec, contained.config)
  const audio = facts ?? told
  return { ...contained, kind: 'audio', codec, codecLabel: codecLabels[codec], ...(audio && { audio }) }
}

/**
 * The track as a frame tells it, for codecs that tell about themselves in their frames: VP8 and VP9 in key frames, MP3,
 * AC-3 and E-AC-3 in all.
 *
 * @returns `track` itself if the frame says nothing new.
 */
export function describedByFrame<Known extends TrackDescription>(
  track: Known,
  payload: Uint8Array,
  isKey: boolean,
): Known | TrackDescription {
  switch (track.codec) {
    case 'vp8':
    case 'vp9':
      return isKey ? describedByKeyFrame(track, track.codec, payload) : track
    case 'mp3':
    case 'ac3':
    case 'eac3':
      return describedBySound(track, track.codec, payload)
    default:
      return track
  }
}

function describedByKeyFrame<Known extends TrackDescription>(
  track: Known,
  codec: 'vp8' | 'vp9',
  payload: Uint8Array,
): Known | TrackDescription {
  const config = track.config ?? configOfKeyFrame(codec, payload)
  const told = factsOfKeyFrame({ ...track, generation: 0, config }, payload)
  if (told === undefined) return track
  const { video } = track
  const isSamePicture =
    told.width === video?.width && told.height === video.height && told.codecString === video.codecString
  if (isSamePicture && isSameConfig(config, track.config)) return track
  return { ...track, config, video: told }
}

function configOfKeyFrame(codec: 'vp8' | 'vp9', payload: Uint8Array): Uint8Array | undefined {
  try {
    return codec === 'vp8' ? encodeVp8CodecConfiguration(payload) : encodeVp9CodecConfiguration(payload)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

function describedBySound<Known extends TrackDescription>(
  track: Known,
  codec: AudioCodec,
  payload: Uint8Array,
): Known | TrackDescription {
  const told = factsOfAudioFrame(codec, payload)
  if (told === undefined) return track
  const { audio } = track
  const isSameSound =
    told.sampleRate === audio?.sampleRate && told.channels === audio.channels && told.codecString === audio.codecString
  return isSameSound ? track : { ...track, audio: told }
}
