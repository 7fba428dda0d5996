import {
  codecLabels,
  factsOfAudioConfig,
  factsOfAudioFrame,
  factsOfKeyFrame,
  factsOfVideoConfig,
  needsConfig,
} from '../../codecs/codec-facts.ts'
import type { Frame } from '../../media/frame.ts'
import type { Timeline } from '../../media/timeline.ts'
import type { AudioFacts, Codec, Track, VideoFacts } from '../../media/track.ts'
import { isSameConfig, type TrackDescription, TrackSet } from '../../media/track-set.ts'
import type { AudioTag, AudioTagFrame } from './audio-packet.ts'
import { decodeAudioTag } from './audio-tag.ts'
import { isColorReset } from './color-info.ts'
import { wholeFlacConfig } from './flac-config.ts'
import { flvCodecs, type MediaCodec } from './flv-profile.ts'
import { fourCcLabel, fourCcOf } from './four-cc.ts'
import { isMetadata } from './metadata.ts'
import type { OpaqueTag } from './opaque-tag.ts'
import { type TagType, tagTypes } from './tag-header.ts'
import { tagTrackId, tagTrackIds } from './tag-track-id.ts'
import { hasDelimiter, temporalDelimiter } from './temporal-delimiter.ts'
import type { VideoTag, VideoTagFrame } from './video-packet.ts'
import { decodeVideoTag } from './video-tag.ts'

/** How much is done with what a publisher sends. */
export type TagReading = {
  /** Look into video configurations for what they say of the picture. */
  readonly readsPictures: boolean
  /** Keep configurations that repeat the one before to ourselves. */
  readonly reducesConfigs: boolean
}

const usualReading: TagReading = { readsPictures: true, reducesConfigs: true }

const timescale = 1000
const none: readonly Frame[] = []

/** What messages say of a track beside its configuration. It holds until they say otherwise. */
type Told = { readonly colorInfo?: Uint8Array; readonly channelOrder?: Uint8Array }

/**
 * Turns the tags of one publisher, or the media messages of RTMP, into frames and tracks.
 *
 * Configuration becomes a track, and a new generation of it only where its bytes differ from those before, unless
 * repeated ones are to be passed on. Each track of a multitrack message of Enhanced RTMP is a track. Codecs that we do
 * not know pass through as whole tag bodies.
 */
export class TagsToFrames {
  readonly #timeline: Timeline
  readonly #reading: TagReading
  readonly #tracks = new TrackSet('flv')
  /** By track id. */
  readonly #told: (Told | undefined)[] = []
  #framesBeforeConfig = 0

  constructor(timeline: Timeline, reading: TagReading = usualReading) {
    this.#timeline = timeline
    this.#reading = reading
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
        return this.#pushVideoTags(decodeVideoTag(body), timestamp)
      case tagTypes.audio:
        return this.#pushAudioTags(decodeAudioTag(body), timestamp)
      case tagTypes.script:
        return [this.#pushScript(timestamp, body)]
    }
  }

  #pushVideoTags(tags: readonly VideoTag[], timestamp: number): readonly Frame[] {
    const frames: Frame[] = []
    for (const tag of tags) {
      const frame = this.#pushVideo(tag, timestamp)
      if (frame !== undefined) frames.push(frame)
    }
    return frames
  }

  #pushVideo(tag: VideoTag, timestamp: number): Frame | undefined {
    switch (tag.type) {
      case 'config':
        this.#configureVideo(tag)
        return undefined
      case 'frame':
        return this.#videoFrame(tag, timestamp)
      case 'colorInfo':
        this.#tellColors(tag)
        return undefined
      case 'opaque':
        return this.#pushOpaque('video', tag, timestamp)
      case 'end':
      case 'command':
        return undefined
    }
  }

  #configureVideo({ trackId, codec, hasFourCc, config }: VideoTag & { readonly type: 'config' }): void {
    const id = tagTrackId('video', trackId)
    if (config.length === 0 || this.#has(id, codec, config)) return
    const facts = this.#reading.readsPictures ? factsOfVideoConfig(codec, config) : undefined
    this.#putVideo({ ...describe(id, 'video', trackId, codec), ...named(codec, hasFourCc), config }, facts)
  }

  #putVideo(description: TrackDescription, facts: VideoFacts | undefined): Track {
    const colorInfo = this.#told[description.id]?.colorInfo
    const video = facts && { ...facts, ...(colorInfo && { colorInfo }) }
    return this.#tracks.put({ ...description, ...(video && { video }) })
  }

  #videoFrame(tag: VideoTagFrame, timestamp: number): Frame | undefined {
    const { trackId, codec, isKey, compositionTime, nanoOffset } = tag
    const known = this.#tracks.get(tagTrackId('video', trackId))
    if (known?.codec === 'flv-video' && known.codecLabel === fourCcLabel(fourCcOf(codec))) {
      return this.#opaqueFrame(known, isKey, timestamp, tag.body)
    }
    const isDelimited = codec === 'av1' && hasDelimiter(tag.payload)
    const payload = isDelimited ? tag.payload.subarray(temporalDelimiter.length) : tag.payload
    if (payload.length === 0) return undefined
    const found = this.#videoTrack(trackId, codec)
    if (found === undefined) return undefined
    const described = isKey ? this.#describedBy(payload, found) : found
    const track = isDelimited && !described.isDelimited ? this.#tracks.put({ ...described, isDelimited }) : described
    const dts = this.#timeline.place(track.id, timestamp)
    return withNanoOffset({ track, dts, pts: dts + compositionTime, isKey, payload }, nanoOffset)
  }

  /** A codec that needs no configuration has a track from its first frame on. */
  #videoTrack(trackId: number, codec: VideoTagFrame['codec']): Track | undefined {
    if (needsConfig(codec)) return this.#configured('video', trackId, codec)
    const id = tagTrackId('video', trackId)
    const known = this.#tracks.get(id)
    return known?.codec === codec ? known : this.#tracks.put(describe(id, 'video', trackId, codec))
  }

  /** VP8 and VP9 say in their key frames how large the picture is. */
  #describedBy(keyFrame: Uint8Array, track: Track): Track {
    const facts = this.#reading.readsPictures ? factsOfKeyFrame(track, keyFrame) : undefined
    return facts === undefined || isSamePicture(facts, track.video) ? track : this.#putVideo(track, facts)
  }

  /** Kept in the track, so that those who come later are told too. */
  #tellColors({ trackId, codec, colorInfo }: VideoTag & { readonly type: 'colorInfo' }): void {
    const id = tagTrackId('video', trackId)
    const told = isColorReset(colorInfo) ? undefined : colorInfo
    this.#told[id] = told && { colorInfo: told }
    const known = this.#tracks.get(id)
    if (known?.codec !== codec || known.video === undefined) return
    const { colorInfo: before, ...video } = known.video
    if (isSameConfig(before, told)) return
    this.#tracks.put({ ...known, video: { ...video, ...(told && { colorInfo: told }) } })
  }

  #pushAudioTags(tags: readonly AudioTag[], timestamp: number): readonly Frame[] {
    const frames: Frame[] = []
    for (const tag of tags) {
      const frame = this.#pushAudio(tag, timestamp)
      if (frame !== undefined) frames.push(frame)
    }
    return frames
  }

  #pushAudio(tag: AudioTag, timestamp: number): Frame | undefined {
    switch (tag.type) {
      case 'config':
        this.#configureAudio(tag)
        return undefined
      case 'frame':
        return this.#audioFrame(tag, timestamp)
      case 'channelOrder':
        this.#tellChannelOrder(tag)
        return undefined
      case 'opaque':
        return this.#pushOpaque('audio', tag, timestamp)
      case 'end':
        return undefined
    }
  }

  #configureAudio(tag: AudioTag & { readonly type: 'config' }): void {
    const { trackId, codec, hasFourCc } = tag
    const id = tagTrackId('audio', trackId)
    const config = codec === 'flac' ? wholeFlacConfig(tag.config) : tag.config
    if (config.length === 0 || this.#has(id, codec, config)) return
    const description = { ...describe(id, 'audio', trackId, codec), ...named(codec, hasFourCc) }
    this.#putAudio(description, config, factsOfAudioConfig(codec, config))
  }

  #putAudio(description: TrackDescription, config: Uint8Array | undefined, facts: AudioFacts | undefined): Track {
    const channelOrder = this.#told[description.id]?.channelOrder
    const audio = facts && { ...facts, ...(channelOrder && { channelOrder }) }
    return this.#tracks.put({ ...description, config, ...(audio && { audio }) })
  }

  #audioFrame({ trackId, codec, nanoOffset, payload }: AudioTagFrame, timestamp: number): Frame | undefined {
    if (payload.length === 0) return undefined
    const track = needsConfig(codec)
      ? this.#configured('audio', trackId, codec)
      : this.#selfDescribed(trackId, codec, payload)
    return track && this.#simpleFrame(track, timestamp, payload, nanoOffset)
  }

  /** A codec without configuration: its frames say when rate or channels change. */
  #selfDescribed(trackId: number, codec: AudioTagFrame['codec'], payload: Uint8Array): Track {
    const id = tagTrackId('audio', trackId)
    const track = this.#tracks.get(id)
    const known = track?.codec === codec ? track : undefined
    if (known?.config !== undefined) return known
    const facts = factsOfAudioFrame(codec, payload)
    const isSame = facts === undefined || isSameSound(facts, known?.audio)
    return known !== undefined && isSame
      ? known
      : this.#putAudio(describe(id, 'audio', trackId, codec), undefined, facts)
  }

  #tellChannelOrder({ trackId, codec, channelOrder }: AudioTag & { readonly type: 'channelOrder' }): void {
    const id = tagTrackId('audio', trackId)
    this.#told[id] = { channelOrder }
    const known = this.#tracks.get(id)
    if (known?.codec !== codec || known.audio === undefined) return
    if (!isSameConfig(known.audio.channelOrder, channelOrder)) this.#putAudio(known, known.config, known.audio)
  }

  #pushScript(timestamp: number, body: Uint8Array): Frame {
    const id = tagTrackIds.data
    const known = this.#tracks.get(id)
    const isConfig = isMetadata(body)
    const config = isConfig ? body : known?.config
    const isKnown = known !== undefined && isSameConfig(known.config, config)
    const track = isKnown ? known : this.#tracks.put({ ...describe(id, 'data', 0, 'amf0'), config })
    const time = this.#timeline.placeAside(timestamp)
    // The very bytes of the track tell writers that this is its configuration; GStreamer repeats it.
    const payload = isConfig ? (track.config ?? body) : body
    return { track, dts: time, pts: time, isKey: true, payload }
  }

  #pushOpaque(kind: 'video' | 'audio', tag: OpaqueTag, timestamp: number): Frame | undefined {
    if (tag.isBeside) return this.#frameBeside(kind, tag, timestamp)
    const id = tagTrackIds[kind]
    const codec = `flv-${kind}` as const
    const opaque = { id, kind, index: 0, codec, codecLabel: tag.label, timescale }
    if (tag.isEnd) return undefined
    if (tag.isConfig) {
      if (!this.#has(id, codec, tag.body)) this.#tracks.put({ ...opaque, config: tag.body })
      return undefined
    }
    const known = this.#tracks.get(id)
    const isKnown = known?.codec === codec && known.codecLabel === tag.label
    const track = isKnown ? known : this.#tracks.put({ ...opaque, config: undefined })
    return this.#opaqueFrame(track, tag.isKey, timestamp, tag.body)
  }

  #opaqueFrame(track: Track, isKey: boolean, timestamp: number, body: Uint8Array): Frame {
    return { ...this.#simpleFrame(track, timestamp, body, undefined), isKey }
  }

  #frameBeside(kind: 'video' | 'audio', { label: codecLabel, body }: OpaqueTag, timestamp: number): Frame {
    const id = tagTrackIds[`${kind}Beside`]
    const description = { id, kind: 'data', index: id - tagTrackIds.data, codec: `flv-${kind}`, codecLabel } as const
    const track = this.#tracks.get(id) ?? this.#tracks.put({ ...description, timescale, config: undefined })
    return this.#simpleFrame(track, timestamp, body, undefined)
  }

  /** A frame without reordering that can be decoded on its own. */
  #simpleFrame(track: Track, timestamp: number, payload: Uint8Array, nanoOffset: number | undefined): Frame {
    const time = this.#timeline.place(track.id, timestamp)
    return withNanoOffset({ track, dts: time, pts: time, isKey: true, payload }, nanoOffset)
  }

  /** True if a configuration says nothing new. */
  #has(id: number, codec: Codec, config: Uint8Array): boolean {
    const known = this.#tracks.get(id)
    return this.#reading.reducesConfigs && known?.codec === codec && isSameConfig(known.config, config)
  }

  /** The track that a frame of `codec` belongs to, unless its configuration has not come; then the frame is counted. */
  #configured(kind: 'video' | 'audio', trackId: number, codec: MediaCodec): Track | undefined {
    const track = this.#tracks.get(tagTrackId(kind, trackId))
    if (track?.codec === codec) return track
    this.#framesBeforeConfig++
    return undefined
  }
}

function withNanoOffset(frame: Frame, nanoOffset: number | undefined): Frame {
  return nanoOffset === undefined ? frame : { ...frame, nanoOffset }
}

function describe(id: number, kind: Track['kind'], index: number, codec: keyof typeof codecLabels): TrackDescription {
  return { id, kind, index, codec, codecLabel: codecLabels[codec], timescale, config: undefined }
}

/** Codecs of Enhanced RTMP alone are named by FourCC in any case. */
function named(codec: MediaCodec, hasFourCc: boolean): Pick<Track, 'hasFourCc'> {
  return hasFourCc && flvCodecs.includes(codec) ? { hasFourCc } : {}
}

function isSamePicture(a: VideoFacts, b: VideoFacts | undefined): boolean {
  return a.width === b?.width && a.height === b.height && a.codecString === b.codecString
}

function isSameSound(a: AudioFacts, b: AudioFacts | undefined): boolean {
  return a.sampleRate === b?.sampleRate && a.channels === b.channels
}
