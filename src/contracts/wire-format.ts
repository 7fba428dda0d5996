import type { Milliseconds } from '../core/units.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'

/**
 * An output format whose bytes all of its readers share: RTMP chunks, FLV tags.
 *
 * The hub knows a format by this object alone, so one object stands for one byte sequence: a format with settings
 * (a chunk size) is one object per setting, made once.
 */
export interface WireFormat {
  /** For metrics and logs. */
  readonly name: string
  /** Start muxing into `out`. The muxer lives as long as the wire log does. */
  createMuxer(out: WireWriter): WireMuxer
}

/** A frame in its place in the stream. */
export type PlacedFrame = {
  readonly frame: Frame
  /** Decode time in milliseconds of the stream's clock. */
  readonly time: Milliseconds
  /** True if a reader may start here. */
  readonly isJoinPoint: boolean
  /** The tracks in force at this frame; the same array until one of them changes. */
  readonly tracks: readonly Track[]
}

/** Turns frames into records of one wire log. Called once per frame, whatever the number of readers. */
export interface WireMuxer {
  /**
   * Append a frame, and before it the configuration of tracks that are new since the frame before. The first frame
   * brings none: whoever starts at a join point is told its tracks by the reader's side.
   */
  write(placed: PlacedFrame): void
  /** The publisher has left: append what waits for more of its kind. Missing where nothing ever waits. */
  flush?(): void
}

/** What a muxer says about the record that it has just written. */
export type RecordFlags = {
  readonly isJoinPoint: boolean
  /** True if readers cannot take this record's bytes as they are, whatever they have read before. */
  readonly isRestart: boolean
}

/**
 * Where a muxer puts its bytes. Per record: `reserve`, fill `bytes` from the returned offset, `commit`.
 */
export interface WireWriter {
  /** The block that the reserved record lies in. Valid from `reserve` to `commit`. */
  readonly bytes: Uint8Array
  /** Make room for one record of exactly `size` bytes and return its offset in `bytes`. */
  reserve(size: number): number
  /**
   * Publish the reserved record.
   *
   * @param tag 24 bits of the format's own, handed back to its readers.
   * @param tracks The tracks in force at this record, for readers that start here.
   */
  commit(time: Milliseconds, tag: number, flags: RecordFlags, tracks: readonly Track[]): void
}
