import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import { archiveProfile, tagForm } from '../formats/flv/flv-profile.ts'
import {
  configTagBodies,
  tagBodyHeadSize,
  tagType,
  trackTagType,
  writeTagBodyHead,
} from '../formats/flv/frame-to-tag.ts'
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
import type { FileEdit, FileFormat, FileMuxer } from './file-format.ts'
import { encodeFileHead, fileHeadSize, keyframeCapacity } from './file-head.ts'
import { KeyframeIndex } from './keyframe-index.ts'
import type { Timeline } from './timeline.ts'

/** FLV: all that RTMP carries, codecs and messages that this server does not take apart included. */
export const flvFormat: FileFormat = {
  name: 'FLV',
  extension: '.flv',
  carries: track => tagForm(track, archiveProfile) !== undefined,
  open: ({ timeline }) => new FlvRecording(timeline),
}

const nothing = new Uint8Array()

/**
 * Frames into one FLV file.
 *
 * The first frames settle what the head says, so they should be of all tracks. The head is written again when tracks
 * come or change later, and at the end.
 *
 * @see FLV 10.1 §E.3 (file body)
 */
class FlvRecording implements FileMuxer {
  readonly #keyframes = new KeyframeIndex(keyframeCapacity)
  readonly #timeline: Timeline
  #size: Bytes = 0
  #tracks: readonly Track[] = []
  /** The tracks that the head in the file tells of. */
  #headTracks: readonly Track[] = []

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  /** Any: a sequence header may stand anywhere. */
  accepts(): boolean {
    return true
  }

  write(frames: readonly PlacedFrame[]): FileEdit {
    const isFirst = this.#size === 0
    if (isFirst) this.#size = fileHeadSize
    const tags = frames.flatMap(placed => this.#encodeFrame(placed))
    if (isFirst) return { append: Buffer.concat([this.#encodeHead(), ...tags]), patches: [] }
    const isHeadOutdated = this.#headTracks !== this.#tracks
    return { append: Buffer.concat(tags), patches: isHeadOutdated ? [{ at: 0, bytes: this.#encodeHead() }] : [] }
  }

  finish(): FileEdit {
    const { duration, frameRate } = this.#timeline
    const keyframes = this.#keyframes.entries
    const head = encodeFileHead(this.#tracks, { duration, frameRate, size: this.#size, keyframes })
    return { append: nothing, patches: [{ at: 0, bytes: head }] }
  }

  /** The head of the file while it grows. */
  #encodeHead(): Uint8Array {
    this.#headTracks = this.#tracks
    return encodeFileHead(this.#tracks)
  }

  #encodeFrame(placed: PlacedFrame): Uint8Array[] {
    const { frame, tracks } = placed
    const time = this.#timeline.timeOf(placed)
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
      .flatMap(track => configTagBodies(track, archiveProfile).map(body => encodeTag(trackTagType(track), time, body)))
  }
}

function encodeFrameTag(frame: Frame, time: Milliseconds): Uint8Array {
  const headSize = tagBodyHeadSize(frame, archiveProfile)
  const bodySize = headSize + frame.payload.length
  const tag = Buffer.allocUnsafe(tagHeaderSize + bodySize + previousTagSizeSize)
  writeTagHeader(tag, 0, tagType(frame), bodySize, time)
  writeTagBodyHead(frame, archiveProfile, tag, tagHeaderSize)
  tag.set(frame.payload, tagHeaderSize + headSize)
  writePreviousTagSize(tag, tagHeaderSize + bodySize, bodySize)
  return tag
}

function sizeOf(tags: readonly Uint8Array[]): Bytes {
  return tags.reduce((size, tag) => size + tag.length, 0)
}
