import { codecLabels } from '../../codecs/codec-facts.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { isSameConfig } from '../../media/track-set.ts'
import { decodeAudioTag } from './audio-tag.ts'
import { AudioTagsToFrames } from './audio-tags-to-frames.ts'
import { isMetadata } from './metadata.ts'
import { type TagType, tagTypes } from './tag-header.ts'
import { tagTrackIds } from './tag-track-id.ts'
import { type TagReading, TagTracks, tagTimescale } from './tag-tracks.ts'
import { decodeVideoTag } from './video-tag.ts'
import { VideoTagsToFrames } from './video-tags-to-frames.ts'

const usualReading: TagReading = { readsPictures: true, reducesConfigs: true }

const none: readonly Frame[] = []

const script = { kind: 'data', index: 0, codec: 'amf0', codecLabel: codecLabels.amf0, timescale: tagTimescale } as const

/**
 * Turns the tags of one publisher, or the media messages of RTMP, into frames and tracks.
 *
 * Configuration becomes a track, and a new generation of it only where its bytes differ from those before, unless
 * repeated ones are to be passed on. Each track of a multitrack message of Enhanced RTMP is a track. Codecs that we do
 * not know pass through as whole tag bodies.
 */
export class TagsToFrames {
  readonly #tracks: TagTracks
  readonly #video: VideoTagsToFrames
  readonly #audio: AudioTagsToFrames

  constructor(timeline: Timeline, reading: TagReading = usualReading) {
    this.#tracks = new TagTracks(timeline, reading)
    this.#video = new VideoTagsToFrames(this.#tracks)
    this.#audio = new AudioTagsToFrames(this.#tracks)
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  /** Frames that were dropped because nobody could decode them: their configuration had not come. */
  get framesBeforeConfig(): number {
    return this.#tracks.framesBeforeConfig
  }

  /**
   * Take in one tag. Takes over `body`: the payloads of the frames are views of it.
   *
   * @param timestamp Milliseconds modulo 2^32.
   * @returns The frames in it: one, or one of each track of a multitrack message, or none for a configuration, an end, an
   * empty body, a frame too early.
   * @throws {ProtocolError} If the head of the body is malformed, or there are too many tracks.
   */
  push(type: TagType, timestamp: number, body: Uint8Array): readonly Frame[] {
    // An empty audio message means silence, an empty video message nothing: Enhanced RTMP v2, AudioPacketType.
    if (body.length === 0) return none
    switch (type) {
      case tagTypes.video:
        return framesOf(decodeVideoTag(body), timestamp, this.#video)
      case tagTypes.audio:
        return framesOf(decodeAudioTag(body), timestamp, this.#audio)
      case tagTypes.script:
        return [this.#pushScript(timestamp, body)]
    }
  }

  #pushScript(timestamp: number, body: Uint8Array): Frame {
    const id = tagTrackIds.data
    const known = this.#tracks.get(id)
    const isConfig = isMetadata(body)
    const config = isConfig ? body : known?.config
    const isKnown = known !== undefined && isSameConfig(known.config, config)
    const track = isKnown ? known : this.#tracks.put({ id, ...script, config })
    const time = this.#tracks.timeline.placeAside(timestamp)
    // The very bytes of the track tell writers that this is its configuration; GStreamer repeats it.
    const payload = isConfig ? (track.config ?? body) : body
    return { track, dts: time, pts: time, isKey: true, payload }
  }
}

function framesOf<Tag>(
  tags: readonly Tag[],
  timestamp: number,
  reader: { push(tag: Tag, timestamp: number): Frame | undefined },
): readonly Frame[] {
  const frames: Frame[] = []
  for (const tag of tags) {
    const frame = reader.push(tag, timestamp)
    if (frame !== undefined) frames.push(frame)
  }
  return frames
}
