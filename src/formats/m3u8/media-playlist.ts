import type { Bytes, Milliseconds } from '../../core/units.ts'
import type { DateRange } from './date-range.ts'

/** A list of the segments of one rendition. Source: RFC 8216bis (draft-pantos-hls-rfc8216bis) §4.4. */
export type MediaPlaylist = {
  /** Whole seconds that no segment is longer than, when it is rounded. */
  readonly targetDuration: number
  /** Number of the first segment, which `skippedSegments` may have left out. */
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  /** True if each segment can be decoded by itself. */
  readonly hasIndependentSegments: boolean
  /** `vod` never changes, `event` only grows; a window that moves is neither. */
  readonly type?: 'vod' | 'event'
  /** True if nothing will be added. */
  readonly isEnded: boolean
  /** Seconds from the beginning where a player should begin to play; from the end if negative. */
  readonly startOffset?: number
  readonly serverControl?: ServerControl
  /** Seconds of the longest part. */
  readonly partTarget?: number
  /** Segments that are left out because the player has them from before. */
  readonly skippedSegments?: number
  readonly segments: readonly PlaylistSegment[]
  /** The segment behind the last one, of which there are parts so far. */
  readonly open?: OpenSegment
  readonly dateRanges?: readonly DateRange[]
  /** URI of the part that comes next. */
  readonly preloadHint?: string
  readonly renditionReports: readonly RenditionReport[]
}

export type PlaylistSegment = OpenSegment & {
  readonly uri: string
  /** Seconds. */
  readonly duration: number
  /** True if it cannot be fetched. */
  readonly isGap: boolean
  /** The part of `uri` that it is; `undefined` for the whole. */
  readonly byteRange?: ByteRange
}

/** What is said of a segment before it is complete. */
export type OpenSegment = {
  /** Wall-clock time of its first frame. */
  readonly programDateTime?: Milliseconds
  readonly isDiscontinuity: boolean
  /** Its initialisation segment; `undefined` if it needs none. */
  readonly map?: MediaMap
  /** `undefined` if it is not encrypted. */
  readonly key?: SegmentKey
  readonly parts: readonly PlaylistPart[]
}

export type PlaylistPart = {
  readonly uri: string
  /** Seconds. */
  readonly duration: number
  readonly isIndependent: boolean
}

/** It is in the clear, also where segments are encrypted. */
export type MediaMap = { readonly uri: string; readonly byteRange?: ByteRange }

export type ByteRange = { readonly offset: Bytes; readonly length: Bytes }

export type SegmentKey = {
  readonly method: 'AES-128'
  readonly uri: string
  /** 16 bytes. */
  readonly iv: Uint8Array
}

export type ServerControl = {
  readonly canBlockReload: boolean
  /** Seconds from the end where a player should stand that reads parts. */
  readonly partHoldBack?: number
  /** Seconds from the end where a player should stand. */
  readonly holdBack?: number
  /** Seconds from the end; what is older may be left out of an update. */
  readonly canSkipUntil?: number
}

export type RenditionReport = {
  readonly uri: string
  readonly lastMsn: number
  readonly lastPart?: number
}
