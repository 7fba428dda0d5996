import { aacAudioFacts } from '../../codecs/aac/audio-facts.ts'
import { h264VideoFacts } from '../../codecs/h264/video-facts.ts'
import { h265VideoFacts } from '../../codecs/h265/video-facts.ts'
import { mp3AudioFacts } from '../../codecs/mp3/audio-facts.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { Ticks } from '../../core/units.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline } from '../../media/timeline.ts'
import type { AudioFacts, Track } from '../../media/track.ts'
import { decodeAudioTag } from './audio-tag.ts'
import { isMetadata } from './metadata.ts'
import type { OpaqueTag } from './opaque-tag.ts'
import { type TagType, tagTypes } from './tag-header.ts'
import { isSameConfig, type TrackDescription, TrackSet } from './track-set.ts'
import { decodeVideoTag, type VideoTagCodec, type VideoTagFrame } from './video-tag.ts'

/**
 * The tracks that tags are sorted into. Multitrack messages of Enhanced RTMP have tracks of their own, of kind `data`:
 * they are passed on beside the main tracks, and nobody starts to play at one of them.
 */
export const tagTrackIds = { video: 0, audio: 1, data: 2, videoMultitrack: 3, audioMultitrack: 4 } as const

const timescale = 1000
const codecLabels = { h264: 'H.264', h265: 'H.265', aac: 'AAC', mp3: 'MP3', amf0: 'AMF0' } as const
const videoFacts = { h264: h264VideoFacts, h265: h265VideoFacts } as const

/**
 * Turns the tags of one publisher, or the media messages of RTMP, into frames and tracks.
 *
 * Configuration becomes a track, and a new generation of it only where its bytes differ from those before. Codecs that
 * we do not take apart pass through as whole tag bodies.
 */
export class TagsToFrames {
  readonly #timeline: Timeline
  readonly #tracks = new TrackSet()
  #framesBeforeConfig = 0

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** The tracks in their newest generation, by id. The same array until one of them changes. */
  get tracks(): readonly Track[] {
    return this.#tracks.list
  }

  /** Frames that were dropped because nobody could decode them: their configuration had not come. */
  get framesBeforeConfig(): number {
    return this.#framesBeforeConfig
  }

  /**
   * Take in one tag. Takes over `body`: the frame's payload is a view of it.
   *
   * @param timestamp Milliseconds modulo 2^32.
   * @returns The frame in it; `undefined` if it has none: a configuration, an end, an empty body, a frame too early.
   * @throws {ProtocolError} If the head of the body is malformed.
   */
  push(type: TagType, timestamp: number, body: Uint8Array): Frame | undefined {
    // An empty audio message means silence, an empty video message nothing: Enhanced RTMP v2, AudioPacketType.
    if (body.length === 0) return undefined
    switch (type) {
      case tagTypes.video:
        return this.#pushVideo(timestamp, body)
      case tagTypes.audio:
        return this.#pushAudio(timestamp, body)
      case tagTypes.script:
        return this.#pushScript(timestamp, body)
    }
  }

  #pushVideo(timestamp: number, body: Uint8Array): Frame | undefined {
    const tag = decodeVideoTag(body)
    switch (tag.type) {
      case 'config':
        this.#configureVideo(tag.codec, tag.config)
        return undefined
      case 'frame':
        return this.#videoFrame(tag, timestamp)
      case 'opaque':
        return this.#pushOpaque('video', tag, timestamp, body)
      case 'end':
      case 'command':
        return undefined
    }
  }

  #configureVideo(codec: VideoTagCodec, config: Uint8Array): void {
    const id = tagTrackIds.video
    if (config.length === 0 || this.#has(id, codec, config)) return
    const video = factsOf(videoFacts[codec], config)
    this.#tracks.put({ ...description(id, 'video', codec), config, ...(video && { video }) })
  }

  #videoFrame(tag: VideoTagFrame, timestamp: number): Frame | undefined {
    const track = this.#configured(tagTrackIds.video, tag.codec)
    if (track === undefined || tag.payload.length === 0) return undefined
    const dts: Ticks = this.#timeline.place(track.id, timestamp) as number
    return { track, dts, pts: dts + tag.compositionTime, isKey: tag.isKey, payload: tag.payload }
  }

  #pushAudio(timestamp: number, body: Uint8Array): Frame | undefined {
    const tag = decodeAudioTag(body)
    if (tag.type === 'opaque') return this.#pushOpaque('audio', tag, timestamp, body)
    if (tag.type === 'config') {
      this.#configureAac(tag.config)
      return undefined
    }
    if (tag.payload.length === 0) return undefined
    const id = tagTrackIds.audio
    const track = tag.codec === 'mp3' ? this.#mp3Track(tag.payload) : this.#configured(id, tag.codec)
    return track && this.#simpleFrame(track, timestamp, tag.payload)
  }

  #configureAac(config: Uint8Array): void {
    const id = tagTrackIds.audio
    if (config.length === 0 || this.#has(id, 'aac', config)) return
    const audio = factsOf(aacAudioFacts, config)
    this.#tracks.put({ ...description(id, 'audio', 'aac'), config, ...(audio && { audio }) })
  }

  /** MP3 has no configuration: its frames say when rate or channels change. */
  #mp3Track(payload: Uint8Array): Track {
    const id = tagTrackIds.audio
    const known = this.#tracks.get(id)
    const audio = factsOf(mp3AudioFacts, payload)
    if (known?.codec === 'mp3' && (audio === undefined || isSameSound(audio, known.audio))) return known
    return this.#tracks.put({ ...description(id, 'audio', 'mp3'), ...(audio && { audio }) })
  }

  #pushScript(timestamp: number, body: Uint8Array): Frame {
    const id = tagTrackIds.data
    const known = this.#tracks.get(id)
    const isConfig = isMetadata(body)
    const config = isConfig ? body : known?.config
    const isKnown = known !== undefined && isSameConfig(known.config, config)
    const track = isKnown ? known : this.#tracks.put({ ...description(id, 'data', 'amf0'), config })
    const time: Ticks = this.#timeline.placeAside(timestamp) as number
    // The very bytes of the track tell writers that this is its configuration; GStreamer repeats it.
    const payload = isConfig ? (track.config ?? body) : body
    return { track, dts: time, pts: time, isKey: true, payload }
  }

  #pushOpaque(kind: 'video' | 'audio', tag: OpaqueTag, timestamp: number, body: Uint8Array): Frame | undefined {
    if (tag.isMultitrack) return this.#multitrackFrame(kind, timestamp, body)
    const id = tagTrackIds[kind]
    const codec = `flv-${kind}` as const
    const opaque = { id, kind, index: 0, codec, codecLabel: tag.label, timescale }
    if (tag.isEnd) return undefined
    if (tag.isConfig) {
      if (!this.#has(id, codec, body)) this.#tracks.put({ ...opaque, config: body })
      return undefined
    }
    const known = this.#tracks.get(id)
    const isKnown = known?.codec === codec && known.codecLabel === tag.label
    const track = isKnown ? known : this.#tracks.put({ ...opaque, config: undefined })
    return { ...this.#simpleFrame(track, timestamp, body), isKey: tag.isKey }
  }

  #multitrackFrame(kind: 'video' | 'audio', timestamp: number, body: Uint8Array): Frame {
    const id = tagTrackIds[`${kind}Multitrack`]
    const codec = `flv-${kind}` as const
    const track =
      this.#tracks.get(id) ??
      this.#tracks.put({
        id,
        kind: 'data',
        index: id - tagTrackIds.data,
        codec,
        codecLabel: 'multitrack',
        timescale,
        config: undefined,
      })
    return this.#simpleFrame(track, timestamp, body)
  }

  /** A frame without reordering that can be decoded on its own. */
  #simpleFrame(track: Track, timestamp: number, payload: Uint8Array): Frame {
    const time: Ticks = this.#timeline.place(track.id, timestamp) as number
    return { track, dts: time, pts: time, isKey: true, payload }
  }

  #has(id: number, codec: Track['codec'], config: Uint8Array): boolean {
    const known = this.#tracks.get(id)
    return known?.codec === codec && isSameConfig(known.config, config)
  }

  /** The track that a frame of `codec` belongs to, if its configuration has come; else the frame is counted. */
  #configured(id: number, codec: Track['codec']): Track | undefined {
    const track = this.#tracks.get(id)
    if (track?.codec === codec) return track
    this.#framesBeforeConfig++
    return undefined
  }
}

function description(id: number, kind: Track['kind'], codec: keyof typeof codecLabels): TrackDescription {
  return { id, kind, index: 0, codec, codecLabel: codecLabels[codec], timescale, config: undefined }
}

function isSameSound(a: AudioFacts, b: AudioFacts | undefined): boolean {
  return a.sampleRate === b?.sampleRate && a.channels === b.channels
}

/** Facts are for people and for packagers: what cannot be parsed is left out, and the stream goes on. */
function factsOf<Facts>(decode: (bytes: Uint8Array) => Facts, bytes: Uint8Array): Facts | undefined {
  try {
    return decode(bytes)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
