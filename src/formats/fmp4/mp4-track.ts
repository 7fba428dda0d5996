import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { AudioCodec, Codec, Track, VideoCodec } from '../../media/track.ts'
import { audioSampleEntry } from './audio-sample-entry.ts'
import { videoSampleEntry } from './video-sample-entry.ts'

/** What an initialisation segment says about a track. */
export type Mp4Track = {
  readonly trackId: number
  readonly handler: 'vide' | 'soun'
  /** Ticks per second of its times in fragments. */
  readonly timescale: number
  /** As a track has it. */
  readonly language?: string
  readonly width: number
  readonly height: number
  /** What its decode times are moved on by, and its edit list takes off. */
  readonly compositionDelay: Ticks
  /** The one box of its stsd. */
  readonly sampleEntry: Uint8Array
}

/** In which all frame rates in use, and milliseconds, are whole numbers. */
const videoTimescale = 90_000
/** Opus tells its times at this rate, whatever its input was. Opus-ISOBMFF §4.3.1. */
const opusTimescale = 48_000

const videoCodecs: readonly Codec[] = ['h264', 'h265', 'h266', 'av1', 'vp8', 'vp9'] satisfies VideoCodec[]
const audioCodecs: readonly Codec[] = ['aac', 'mp3', 'opus', 'flac', 'ac3', 'eac3'] satisfies AudioCodec[]

/** True if a track is told by its frames, not by a configuration. */
export function isSelfDescribing({ codec }: Track): boolean {
  return codec === 'ac3' || codec === 'eac3'
}

/**
 * How a track is told in an initialisation segment; `undefined` if it cannot be, or as long as its configuration has not
 * come.
 *
 * @param frame One of the track's: AC-3 and E-AC-3 tell their configuration in each.
 * @throws {ProtocolError} If the configuration is malformed.
 */
export function mp4Track(track: Track, frame?: Frame): Mp4Track | undefined {
  const sampleEntry = sampleEntryOf(track, frame)
  if (sampleEntry === undefined) return undefined
  return {
    trackId: trackIdOf(track),
    handler: isVideo(track.codec) ? 'vide' : 'soun',
    timescale: mediaTimescale(track),
    ...(track.language !== undefined && { language: track.language }),
    width: track.video?.width ?? 0,
    height: track.video?.height ?? 0,
    compositionDelay: 0,
    sampleEntry,
  }
}

/** The track_ID of a track in all its generations: these may not be 0. */
export function trackIdOf({ id }: Track): number {
  return id + 1
}

/** True if one initialisation segment does for both: their fragments may follow each other. */
export function shareInitSegment(some: readonly Mp4Track[], others: readonly Mp4Track[]): boolean {
  return some.length === others.length && some.every((track, i) => isSameTrack(track, others[i]))
}

/** 90 kHz for pictures, the sampling rate for sound, so that a sound frame lasts a whole number of ticks. */
export function mediaTimescale({ codec, audio, timescale }: Track): number {
  if (isVideo(codec)) return videoTimescale
  return codec === 'opus' ? opusTimescale : (audio?.sampleRate ?? timescale)
}

function sampleEntryOf(track: Track, frame?: Frame): Uint8Array | undefined {
  const { codec } = track
  if (isVideo(codec)) return videoSampleEntry(codec, track)
  return isAudio(codec) ? audioSampleEntry(codec, track, frame?.payload) : undefined
}

/** Size and timescale are said in boxes of their own. */
function isSameTrack(track: Mp4Track, other: Mp4Track | undefined): boolean {
  return (
    track.trackId === other?.trackId &&
    track.timescale === other.timescale &&
    Buffer.compare(track.sampleEntry, other.sampleEntry) === 0
  )
}

function isVideo(codec: Codec): codec is VideoCodec {
  return videoCodecs.includes(codec)
}

function isAudio(codec: Codec): codec is AudioCodec {
  return audioCodecs.includes(codec)
}
