import type { Bytes, Milliseconds } from '../core/units.ts'
import { encodeFileHeader, fileHeaderSize } from '../formats/flv/file-header.ts'
import { encodeMetadata, type FileMetadata } from '../formats/flv/metadata.ts'
import { encodeTag, previousTagSizeSize, tagHeaderSize, tagTypes } from '../formats/flv/tag-header.ts'
import type { Track } from '../media/track.ts'
import type { Keyframe } from './keyframe-index.ts'
import { trackMetadata } from './track-metadata.ts'

/** Room in the file for this many key frames: more than an hour of one each 2 s before the index is thinned. */
export const keyframeCapacity = 2048
/** Time and position, each a marker and a double (AMF0 §2.2). */
const keyframeSize: Bytes = 2 * 9
/** For all other metadata; the publisher's own take 2 KiB of it at most. */
const otherMetadataSize: Bytes = 4096

const bodySize = keyframeCapacity * keyframeSize + otherMetadataSize
/** Bytes from the start of the file to the first tag of media. */
export const fileHeadSize: Bytes = fileHeaderSize + previousTagSizeSize + tagHeaderSize + bodySize + previousTagSizeSize

/** What is known of a file when nothing more comes. */
export type FileEnding = {
  readonly duration: Milliseconds
  readonly size: Bytes
  /** Pictures per second as measured. */
  readonly frameRate: number | undefined
  readonly keyframes: readonly Keyframe[]
}

/**
 * FLV file header and onMetaData. Always `fileHeadSize` bytes, so that it can be written over itself.
 *
 * @param ending `undefined` while the file grows: a duration of 0 makes readers look for themselves.
 * @see FLV 10.1 §E.2 (header), §E.5 (onMetaData). The key frame index is a custom of FLV tools that FFmpeg and mpegts.js
 * seek by.
 */
export function encodeFileHead(tracks: readonly Track[], ending?: FileEnding): Uint8Array {
  const kinds = new Set(tracks.map(track => track.kind))
  const header = encodeFileHeader({ hasVideo: kinds.has('video'), hasAudio: kinds.has('audio') })
  const metadata = { ...endingMetadata(ending), ...trackMetadata(tracks) }
  return Buffer.concat([header, encodeTag(tagTypes.script, 0, encodeMetadata(metadata, bodySize))])
}

function endingMetadata(ending: FileEnding | undefined): FileMetadata {
  if (ending === undefined) return { duration: 0, fileSize: 0 }
  const { duration, size, frameRate, keyframes } = ending
  const index = {
    times: keyframes.map(({ time }) => time / 1000),
    filePositions: keyframes.map(({ position }) => position),
  }
  const measured = frameRate === undefined ? {} : { frameRate }
  return { duration: duration / 1000, fileSize: size, keyframes: index, ...measured }
}
