import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { unlessMalformed } from '../../core/errors.ts'
import { decodeMetadata } from '../../formats/flv/metadata.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { TagsToFrames } from '../../formats/flv/tags-to-frames.ts'
import { keptTimes, repairedTimes, Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'
import { limitsOf, PublishedFrames } from '../published-frames.ts'

/** Turns the media messages of one RTMP publisher, which are FLV tags, into frames of its publication. */
export class MessagesToFrames {
  readonly #target: FrameTarget
  readonly #timeline: Timeline
  readonly #followsMetadata: boolean
  readonly #frames: TagsToFrames
  readonly #published: PublishedFrames

  constructor(target: FrameTarget, settings: PublishSettings) {
    const { timestamps, parseSps, reduceSequenceHeaders } = settings
    const timeline = new Timeline(limitsOf(settings))
    if (target.continuesFrom !== undefined) timeline.continueAfter(target.continuesFrom)
    this.#target = target
    this.#timeline = timeline
    this.#followsMetadata = timestamps === 'auto'
    this.#frames = new TagsToFrames(timeline, { readsPictures: parseSps, reducesConfigs: reduceSequenceHeaders })
    this.#published = new PublishedFrames(target, settings)
  }

  /**
   * Takes over the payload.
   *
   * @param timestamp Milliseconds modulo 2^32.
   * @throws {ProtocolError} If the head of the message is malformed.
   */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    const frames = this.#frames.push(type, timestamp, payload)
    if (this.#published.declare(this.#frames.tracks)) this.#readMetadata(this.#frames.tracks)
    for (const frame of frames) this.#published.write(frame)
  }

  /** The publisher leaves: hand on what was held back. */
  flush(): void {
    this.#published.flush()
  }

  /** Metadata is for people: what cannot be read is left out, and the stream goes on. */
  #readMetadata(tracks: readonly Track[]): void {
    const metadata = tracks.find(({ codec }) => codec === 'amf0')?.config
    if (metadata === undefined) return
    const { encoder, wantsTimesKept = false } = unlessMalformed(() => decodeMetadata(metadata)) ?? {}
    this.#target.encoder = encoder
    if (this.#followsMetadata) this.#timeline.limits = wantsTimesKept ? keptTimes : repairedTimes
  }
}
