import { codecLabels } from '../../codecs/codec-facts.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline } from '../../media/timeline.ts'
import type { Codec, Track } from '../../media/track.ts'
import { isSameConfig, type TrackDescription, TrackSet } from '../../media/track-set.ts'
import { flvCodecs, type MediaCodec } from './flv-profile.ts'
import { tagTrackId } from './tag-track-id.ts'

/** How much is done with what a publisher sends. */
export type TagReading = {
  /** Look into video configurations for what they say of the picture. */
  readonly readsPictures: boolean
  /** Keep configurations that repeat the one before to ourselves. */
  readonly reducesConfigs: boolean
}

/** Ticks per second of all times in tags. */
export const tagTimescale = 1000

/** What the tags of one publisher have in common, whatever they carry: its tracks, and its time. */
export class TagTracks {
  readonly timeline: Timeline
  readonly reading: TagReading
  readonly #set = new TrackSet('flv')
  #framesBeforeConfig = 0

  constructor(timeline: Timeline, reading: TagReading) {
    this.timeline = timeline
    this.reading = reading
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get list(): readonly Track[] {
    return this.#set.list
  }

  /** Frames that were dropped because nobody could decode them: their configuration had not come. */
  get framesBeforeConfig(): number {
    return this.#framesBeforeConfig
  }

  get(id: number): Track | undefined {
    return this.#set.get(id)
  }

  /** @throws {ProtocolError} If it is one track too many. */
  put(description: TrackDescription): Track {
    return this.#set.put(description)
  }

  /** True if a configuration says nothing new, and is not to be passed on then. */
  repeats(id: number, codec: Codec, config: Uint8Array): boolean {
    const known = this.get(id)
    return this.reading.reducesConfigs && known?.codec === codec && isSameConfig(known.config, config)
  }

  /** The track that a frame of `codec` belongs to, unless its configuration has not come; then the frame is counted. */
  configured(kind: 'video' | 'audio', trackId: number, codec: MediaCodec): Track | undefined {
    const track = this.get(tagTrackId(kind, trackId))
    if (track?.codec === codec) return track
    this.#framesBeforeConfig++
    return undefined
  }

  /** A frame without reordering that can be decoded on its own. */
  frame(track: Track, timestamp: number, payload: Uint8Array, nanoOffset?: number): Frame {
    const time = this.timeline.place(track.id, timestamp)
    return withNanoOffset({ track, dts: time, pts: time, isKey: true, payload }, nanoOffset)
  }
}

/** A track of which no more is known than its tags say in their first bytes. */
export function describeTrack(kind: 'video' | 'audio', trackId: number, codec: MediaCodec): TrackDescription {
  const id = tagTrackId(kind, trackId)
  return {
    id,
    kind,
    index: trackId,
    codec,
    codecLabel: codecLabels[codec],
    timescale: tagTimescale,
    config: undefined,
  }
}

/** Codecs of Enhanced RTMP alone are named by FourCC in any case. */
export function namedBy(codec: MediaCodec, hasFourCc: boolean): Pick<Track, 'hasFourCc'> {
  return hasFourCc && flvCodecs.includes(codec) ? { hasFourCc } : {}
}

export function withNanoOffset(frame: Frame, nanoOffset: number | undefined): Frame {
  return nanoOffset === undefined ? frame : { ...frame, nanoOffset }
}
