import type { FrameTarget } from '../../contracts/frame-target.ts'
import type { PublishSettings } from '../../contracts/path-settings.ts'
import { unlessMalformed } from '../../core/errors.ts'
import type { Milliseconds } from '../../core/units.ts'
import { decodeMetadata } from '../../formats/flv/metadata.ts'
import type { TagType } from '../../formats/flv/tag-header.ts'
import { TagsToFrames } from '../../formats/flv/tags-to-frames.ts'
import type { Frame } from '../../media/frame.ts'
import { InterleaveQueue } from '../../media/interleave-queue.ts'
import { keptTimes, repairedTimes, Timeline } from '../../media/timeline.ts'
import type { Track } from '../../media/track.ts'

/** From the newest frame of the publisher before to the first one of this: decode times grow, so that muxers go on. */
const resumeStep: Milliseconds = 1

/** Turns the media messages of one RTMP publisher, which are FLV tags, into frames of its publication. */
export class MessagesToFrames {
  readonly #target: FrameTarget
  readonly #timeline: Timeline
  readonly #followsMetadata: boolean
  readonly #frames: TagsToFrames
  readonly #queue: InterleaveQueue | undefined
  #declared: readonly Track[] = []

  constructor(target: FrameTarget, settings: PublishSettings) {
    const { timestamps, interleaveWindow, parseSps, reduceSequenceHeaders } = settings
    const timeline = new Timeline(timestamps === 'keep' ? keptTimes : repairedTimes)
    if (target.continuesFrom !== undefined) timeline.continueFrom(target.continuesFrom + resumeStep)
    this.#target = target
    this.#timeline = timeline
    this.#followsMetadata = timestamps === 'auto'
    this.#queue = interleaveWindow > 0 ? new InterleaveQueue(interleaveWindow) : undefined
    this.#frames = new TagsToFrames(timeline, { readsPictures: parseSps, reducesConfigs: reduceSequenceHeaders })
  }

  /**
   * Takes over the payload.
   *
   * @param timestamp Milliseconds modulo 2^32.
   * @throws {ProtocolError} If the head of the message is malformed.
   */
  write(type: TagType, timestamp: number, payload: Uint8Array): void {
    const frames = this.#frames.push(type, timestamp, payload)
    if (this.#frames.tracks !== this.#declared) this.#declare(this.#frames.tracks)
    for (const frame of frames) this.#write(frame)
  }

  /** The publisher leaves: hand on what was held back. */
  flush(): void {
    for (const frame of this.#queue?.flush() ?? []) this.#target.write(frame)
  }

  #write(frame: Frame): void {
    if (this.#queue === undefined) return this.#target.write(frame)
    for (const ready of this.#queue.push(frame)) this.#target.write(ready)
  }

  #declare(tracks: readonly Track[]): void {
    this.#declared = tracks
    for (const track of tracks) {
      this.#target.declare(track)
      if (track.codec === 'amf0' && track.config !== undefined) this.#read(track.config)
    }
  }

  /** Metadata is for people: what cannot be read is left out, and the stream goes on. */
  #read(metadata: Uint8Array): void {
    const { encoder, wantsTimesKept = false } = unlessMalformed(() => decodeMetadata(metadata)) ?? {}
    this.#target.encoder = encoder
    if (this.#followsMetadata) this.#timeline.limits = wantsTimesKept ? keptTimes : repairedTimes
  }
}
