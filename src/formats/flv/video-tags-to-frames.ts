import { factsOfKeyFrame, factsOfVideoConfig, needsConfig } from '../../codecs/codec-facts.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track, VideoFacts } from '../../media/track.ts'
import { isSameConfig, type TrackDescription } from '../../media/track-set.ts'
import { isColorReset } from './color-info.ts'
import { fourCcLabel, fourCcOf } from './four-cc.ts'
import { frameOfOpaqueTag, wholeBodyFrame } from './opaque-frame.ts'
import { tagTrackId } from './tag-track-id.ts'
import { describeTrack, namedBy, type TagTracks, withNanoOffset } from './tag-tracks.ts'
import { hasDelimiter, temporalDelimiter } from './temporal-delimiter.ts'
import type { VideoTag, VideoTagFrame } from './video-packet.ts'

/** Turns what video tags say into tracks and frames. */
export class VideoTagsToFrames {
  readonly #tracks: TagTracks
  /** By track id: it holds for the track until messages say otherwise, whatever its configuration. */
  readonly #colorInfo: (Uint8Array | undefined)[] = []

  constructor(tracks: TagTracks) {
    this.#tracks = tracks
  }

  /** @throws {ProtocolError} If it begins one track too many. */
  push(tag: VideoTag, timestamp: number): Frame | undefined {
    switch (tag.type) {
      case 'config':
        this.#configure(tag)
        return undefined
      case 'frame':
        return this.#frame(tag, timestamp)
      case 'colorInfo':
        this.#tellColors(tag)
        return undefined
      case 'opaque':
        return frameOfOpaqueTag('video', tag, timestamp, this.#tracks)
      case 'end':
      case 'command':
        return undefined
    }
  }

  #configure({ trackId, codec, hasFourCc, config }: VideoTag & { readonly type: 'config' }): void {
    if (config.length === 0 || this.#tracks.repeats(tagTrackId('video', trackId), codec, config)) return
    const facts = this.#tracks.reading.readsPictures ? factsOfVideoConfig(codec, config) : undefined
    this.#put({ ...describeTrack('video', trackId, codec), ...namedBy(codec, hasFourCc), config }, facts)
  }

  #put(description: TrackDescription, facts: VideoFacts | undefined): Track {
    const colorInfo = this.#colorInfo[description.id]
    const video = facts && { ...facts, ...(colorInfo && { colorInfo }) }
    return this.#tracks.put({ ...description, ...(video && { video }) })
  }

  #frame(tag: VideoTagFrame, timestamp: number): Frame | undefined {
    const { trackId, codec, isKey, compositionTime, nanoOffset } = tag
    const known = this.#tracks.get(tagTrackId('video', trackId))
    if (known?.codec === 'flv-video' && known.codecLabel === fourCcLabel(fourCcOf(codec))) {
      return wholeBodyFrame(known, tag, timestamp, this.#tracks)
    }
    const isDelimited = codec === 'av1' && hasDelimiter(tag.payload)
    const payload = isDelimited ? tag.payload.subarray(temporalDelimiter.length) : tag.payload
    if (payload.length === 0) return undefined
    const found = this.#trackOf(trackId, codec)
    if (found === undefined) return undefined
    const described = isKey ? this.#describedBy(payload, found) : found
    const track = isDelimited && !described.isDelimited ? this.#tracks.put({ ...described, isDelimited }) : described
    const dts = this.#tracks.timeline.place(track.id, timestamp)
    return withNanoOffset({ track, dts, pts: dts + compositionTime, isKey, payload }, nanoOffset)
  }

  /** A codec that needs no configuration has a track from its first frame on. */
  #trackOf(trackId: number, codec: VideoTagFrame['codec']): Track | undefined {
    if (needsConfig(codec)) return this.#tracks.configured('video', trackId, codec)
    const known = this.#tracks.get(tagTrackId('video', trackId))
    return known?.codec === codec ? known : this.#tracks.put(describeTrack('video', trackId, codec))
  }

  /** VP8 and VP9 say in their key frames how large the picture is. */
  #describedBy(keyFrame: Uint8Array, track: Track): Track {
    const facts = this.#tracks.reading.readsPictures ? factsOfKeyFrame(track, keyFrame) : undefined
    return facts === undefined || isSamePicture(facts, track.video) ? track : this.#put(track, facts)
  }

  /** Kept in the track, so that those who come later are told too. */
  #tellColors({ trackId, codec, colorInfo }: VideoTag & { readonly type: 'colorInfo' }): void {
    const id = tagTrackId('video', trackId)
    const told = isColorReset(colorInfo) ? undefined : colorInfo
    this.#colorInfo[id] = told
    const known = this.#tracks.get(id)
    if (known?.codec !== codec || known.video === undefined) return
    const { colorInfo: before, ...video } = known.video
    if (!isSameConfig(before, told)) this.#put(known, video)
  }
}

function isSamePicture(a: VideoFacts, b: VideoFacts | undefined): boolean {
  return a.width === b?.width && a.height === b.height && a.codecString === b.codecString
}
