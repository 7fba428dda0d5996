import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Bytes } from '../core/units.ts'
import type { Track } from '../media/track.ts'
import type { Timeline } from './timeline.ts'

/** A container that recordings are written in. */
export type FileFormat = {
  /** For the operator: `FLV`. */
  readonly name: string
  /** With its dot. */
  readonly extension: `.${string}`
  /** True if a file of this format can hold the track. What it cannot hold is left out of the recording. */
  readonly carries: (track: Track) => boolean
  /** True if a file tells the track by one of its frames: it cannot begin with the track before one has come. */
  readonly isToldByFrames?: (track: Track) => boolean
  /** Begin a file. */
  readonly open: (start: FileStart) => FileMuxer
}

/** What is known of a file before its first byte. */
export type FileStart = {
  /** The tracks that it begins with, in the generations of their first frames; at least one, all of them carried. */
  readonly tracks: readonly Track[]
  /** The times of the file. Knows the frames of a `write` before the call, and all of them at `finish`. */
  readonly timeline: Timeline
}

/** Bytes in place of those that the file has from `at` on; never beyond its end. */
export type Patch = { readonly at: Bytes; readonly bytes: Uint8Array }

/** What is to be done to a file: bytes at its end, and when these are there, the patches in their order. */
export type FileEdit = { readonly append: Uint8Array; readonly patches: readonly Patch[] }

/**
 * Turns the frames of one file into bytes. Pure: what it returns is written before the next call.
 *
 * The file is readable after each edit, up to what was appended. A muxer may hold frames back, for a second of media
 * at most.
 */
export type FileMuxer = {
  /** Frames that were left out because they are not what their codec says; none where frames are not looked into. */
  readonly framesMalformed?: number
  /**
   * True if the file can go on with `track`, which is new or has a new configuration; then frames of it may follow.
   * False ends the file, and the frame that needs the track begins the next one.
   */
  accepts(track: Track): boolean
  /**
   * Frames in the order of the stream, at least one, and of tracks that the file began with or has accepted. `tracks`
   * of a frame are those that the format carries.
   */
  write(frames: readonly PlacedFrame[]): FileEdit
  /** Nothing more comes: what was held back, and what a complete file says about itself. */
  finish(): FileEdit
}
