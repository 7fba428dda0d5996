import { factsOfAudioConfig, factsOfAudioFrame, needsConfig } from '../../codecs/codec-facts.ts'
import type { Frame } from '../../media/frame.ts'
import type { AudioFacts, Track } from '../../media/track.ts'
import { isSameConfig, type TrackDescription } from '../../media/track-set.ts'
import type { AudioTag, AudioTagFrame, ChannelOrderTag } from './audio-packet.ts'
import { wholeFlacConfig } from './flac-config.ts'
import { frameOfOpaqueTag } from './opaque-frame.ts'
import { tagTrackId } from './tag-track-id.ts'
import { describeTrack, namedBy, type TagTracks } from './tag-tracks.ts'

/** Turns what audio tags say into tracks and frames. */
export class AudioTagsToFrames {
  readonly #tracks: TagTracks
  /** By track id: it holds for the track until messages say otherwise, whatever its configuration. */
  readonly #channelOrder: (Uint8Array | undefined)[] = []

  constructor(tracks: TagTracks) {
    this.#tracks = tracks
  }

  /** @throws {ProtocolError} If it begins one track too many. */
  push(tag: AudioTag, timestamp: number): Frame | undefined {
    switch (tag.type) {
      case 'config':
        this.#configure(tag)
        return undefined
      case 'frame':
        return this.#frame(tag, timestamp)
      case 'channelOrder':
        this.#tellChannelOrder(tag)
        return undefined
      case 'opaque':
        return frameOfOpaqueTag('audio', tag, timestamp, this.#tracks)
      case 'end':
        return undefined
    }
  }

  #configure({ trackId, codec, hasFourCc, config: told }: AudioTag & { readonly type: 'config' }): void {
    const config = codec === 'flac' ? wholeFlacConfig(told) : told
    if (config.length === 0 || this.#tracks.repeats(tagTrackId('audio', trackId), codec, config)) return
    const description = { ...describeTrack('audio', trackId, codec), ...namedBy(codec, hasFourCc), config }
    this.#put(description, factsOfAudioConfig(codec, config))
  }

  #put(description: TrackDescription, facts: AudioFacts | undefined): Track {
    const channelOrder = this.#channelOrder[description.id]
    const audio = facts && { ...facts, ...(channelOrder && { channelOrder }) }
    return this.#tracks.put({ ...description, ...(audio && { audio }) })
  }

  #frame({ trackId, codec, nanoOffset, payload }: AudioTagFrame, timestamp: number): Frame | undefined {
    if (payload.length === 0) return undefined
    const track = needsConfig(codec)
      ? this.#tracks.configured('audio', trackId, codec)
      : this.#selfDescribed(trackId, codec, payload)
    return track && this.#tracks.frame(track, timestamp, payload, nanoOffset)
  }

  /** A codec without configuration: its frames say when rate or channels change. */
  #selfDescribed(trackId: number, codec: AudioTagFrame['codec'], payload: Uint8Array): Track {
    const track = this.#tracks.get(tagTrackId('audio', trackId))
    const known = track?.codec === codec ? track : undefined
    if (known?.config !== undefined) return known
    const facts = factsOfAudioFrame(codec, payload)
    const isSame = facts === undefined || isSameSound(facts, known?.audio)
    return known !== undefined && isSame ? known : this.#put(describeTrack('audio', trackId, codec), facts)
  }

  /** Kept in the track, so that those who come later are told too. */
  #tellChannelOrder({ trackId, codec, channelOrder }: ChannelOrderTag): void {
    const id = tagTrackId('audio', trackId)
    this.#channelOrder[id] = channelOrder
    const known = this.#tracks.get(id)
    if (known?.codec !== codec || known.audio === undefined) return
    if (!isSameConfig(known.audio.channelOrder, channelOrder)) this.#put(known, known.audio)
  }
}

function isSameSound(a: AudioFacts, b: AudioFacts | undefined): boolean {
  return a.sampleRate === b?.sampleRate && a.channels === b.channels
}
