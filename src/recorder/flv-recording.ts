import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { configTagBody, tagBodyHeadSize, tagType, trackTagType, writeTagBodyHead } from '../formats/flv/frame-to-tag.ts'
import { isMetadata } from '../formats/flv/metadata.ts'
import {
  encodeTag,
  previousTagSizeSize,
  tagHeaderSize,
  writePreviousTagSize,
  writeTagHeader,
} from '../formats/flv/tag-header.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { encodeFileHead, fileHeadSize, keyframeCapacity } from './file-head.ts'
import { KeyframeIndex } from './keyframe-index.ts'
import { Timeline } from './timeline.ts'

/**
 * One publication as one FLV file: frames in, bytes to append out.
 *
 * The first batch settles what the head says, so it should hold a frame of each track. The head is to be written again
 * when tracks come or change later, and at the end.
 *
 * @see FLV 10.1 §E.3 (file body)
 */
export class FlvRecording {
  readonly #keyframes = new KeyframeIndex(keyframeCapacity)
  readonly #timeline: Timeline
  #size: Bytes = 0
  #tracks: readonly Track[] = []
  /** The tracks that the head in the file tells of. */
  #headTracks: readonly Track[] = []

  /** @param origin The stream's time that is 0 in the file. */
  constructor(origin: Milliseconds) {
    this.#timeline = new Timeline(origin)
  }

  /** True if the head in the file does not tell of the present tracks. */
  get isHeadOutdated(): boolean {
    return this.#headTracks !== this.#tracks
  }

  /** The bytes that `frames` add to the file; the first time with its head. */
  encode(frames: readonly PlacedFrame[]): Uint8Array {
    const isFirst = this.#size === 0
    if (isFirst) this.#size = fileHeadSize
    const tags = frames.flatMap(placed => this.#encodeFrame(placed))
    return Buffer.concat(isFirst ? [this.encodeHead(), ...tags] : tags)
  }

  /** The head of the file while it grows. */
  encodeHead(): Uint8Array {
    this.#headTracks = this.#tracks
    return encodeFileHead(this.#tracks)
  }

  /** The head of the file when nothing more comes. */
  encodeFinalHead(): Uint8Array {
    const { duration, frameRate } = this.#timeline
    const keyframes = this.#keyframes.entries
    return encodeFileHead(this.#tracks, { duration, frameRate, size: this.#size, keyframes })
  }

  #encodeFrame(placed: PlacedFrame): Uint8Array[] {
    const { frame, tracks } = placed
    const time = this.#timeline.place(placed)
    const configs = this.#announce(tracks, time)
    this.#index(placed, time, sizeOf(configs))
    // The publisher's metadata are in the head; a second onMetaData would take the place of the first.
    const tags =
      frame.track.codec === 'amf0' && isMetadata(frame.payload) ? configs : [...configs, encodeFrameTag(frame, time)]
    this.#size += sizeOf(tags)
    return tags
  }

  /** mpegts.js takes the first entry for the sequence headers, so the first key frame is the second. */
  #index({ isJoinPoint }: PlacedFrame, time: Milliseconds, configSize: Bytes): void {
    const isFirst = this.#size === fileHeadSize
    if (isFirst) this.#keyframes.add({ time: 0, position: fileHeadSize })
    if (isJoinPoint) this.#keyframes.add({ time, position: this.#size + (isFirst ? configSize : 0) })
  }

  /** The sequence headers of tracks that are new since the frame before. */
  #announce(tracks: readonly Track[], time: Milliseconds): Uint8Array[] {
    const known = this.#tracks
    this.#tracks = tracks
    if (tracks === known) return []
    return tracks
      .filter(track => track.codec !== 'amf0' && !known.includes(track))
      .flatMap(track => {
        const body = configTagBody(track)
        return body === undefined ? [] : [encodeTag(trackTagType(track), time, body)]
      })
  }
}

function encodeFrameTag(frame: Frame, time: Milliseconds): Uint8Array {
  const headSize = tagBodyHeadSize(frame)
  const bodySize = headSize + frame.payload.length
  const tag = Buffer.allocUnsafe(tagHeaderSize + bodySize + previousTagSizeSize)
  writeTagHeader(tag, 0, tagType(frame), bodySize, time)
  writeTagBodyHead(frame, tag, tagHeaderSize)
  tag.set(frame.payload, tagHeaderSize + headSize)
  writePreviousTagSize(tag, tagHeaderSize + bodySize, bodySize)
  return tag
}

function sizeOf(tags: readonly Uint8Array[]): Bytes {
  return tags.reduce((size, tag) => size + tag.length, 0)
}
