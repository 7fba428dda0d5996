import type { Bytes, Milliseconds, Ticks } from '../core/units.ts'

/** What there is to know of one complete segment of one rendition in fragmented MP4. */
export type SegmentFacts = {
  /** As URLs have it: `video`, `audio-2`. */
  readonly rendition: string
  /** The same in every rendition, and never used again. */
  readonly number: number
  /** Whose initialisation segment it needs. Never used again. */
  readonly period: number
  /** Ticks per second of its times. */
  readonly timescale: number
  /** When its first frame is presented, and decoded as its bytes say, since the Unix epoch. */
  readonly time: Ticks
  readonly duration: Ticks
  /** Pictures, or frames of sound. */
  readonly frames: number
  readonly size: Bytes
  /** True if decoding can start with its first frame. */
  readonly isIndependent: boolean
}

/** Where segments come to an end: what follows has higher numbers and later times. */
export type SegmentPlace = { readonly number: number; readonly period: number; readonly end: Milliseconds }

/** How the times of a period count: its media are presented when they are in the stream, without `origin`. */
export type PeriodClock = { readonly period: number; readonly origin: Milliseconds }

/** Takes the segments of streams as they are made. */
export interface SegmentSink {
  /** True if the segments of a stream are wanted from its first frame on, whether somebody watches or not. */
  wants(stream: string): boolean
  /** Segments of a stream begin to come; `undefined` if they are not wanted. One at a time for a stream. */
  begin(stream: string): SegmentIntake | undefined
}

/** Takes the segments of one stream, from one run of its packager. Nothing here waits or throws. */
export interface SegmentIntake {
  /** What was taken before, by an earlier run of the server too. */
  readonly newest: SegmentPlace | undefined
  /** Segments of a period will come. */
  beginPeriod(clock: PeriodClock): void
  /** A segment that has media. Ascending in each rendition. Keeps the bytes. @param init Of its period. */
  add(facts: SegmentFacts, init: Uint8Array, bytes: Uint8Array): void
  /** Nothing more will come. Idempotent. */
  end(): void
}

/** Something that a segment tells besides its media. */
export type SegmentEvent = {
  /** As event messages have it. */
  readonly scheme: string
  /** Its moment, by the clock on the wall. */
  readonly at: Milliseconds
  /** What is told, where lists tell it too: a cue to splice, whose moments count from the Unix epoch. Else it is empty. */
  readonly data: Uint8Array
}

/** A segment that was taken and is kept. */
export type ArchivedSegment = SegmentFacts & {
  /** In the order in which they came; of those that lists do not tell, one of each scheme. Left out if there is none. */
  readonly events?: readonly SegmentEvent[]
  /** As the number, but without the jumps that a restart of the server makes: segments that are missing were lost. */
  readonly position: number
  /** How many periods there were before its own. */
  readonly discontinuity: number
}

/** From `from` on, up to `to`, by the clock on the wall. */
export type TimeSpan = { readonly from: Milliseconds; readonly to: Milliseconds }

/** Which segments play within a span. */
export type SegmentSelection = {
  /** Of all spans that show the same segments, the same one: from where the first begins to where the last one ends. */
  readonly span: TimeSpan
  readonly numbers: NumberRange
  /** In all renditions. */
  readonly count: number
}

/** From the oldest to the newest segment, in all renditions. */
export type NumberRange = { readonly first: number; readonly last: number }

/** Which segment of a rendition. */
export type SegmentAddress = { readonly number: number } | { readonly time: Ticks }

/** The bytes of a segment that is kept, wherever it is. Nothing is held open for those who do not read. */
export type KeptBytes = {
  readonly size: Bytes
  /**
   * From `start` up to, and without, `end`, piece by piece: the next one is read when it is asked for, so whoever reads
   * slowly holds one piece.
   *
   * @throws if they cannot be read to the end: better a broken transfer than a file with a hole.
   */
  readonly read: (start: Bytes, end: Bytes) => AsyncIterable<Uint8Array>
}

/** The segments of a stream that are kept. */
export interface StreamArchive {
  readonly stream: string
  /** Changes with everything that there is to tell, but for what becomes too old. */
  readonly version: number
  /** As the version, but for what comes at the end and goes at the beginning. */
  readonly revision: number
  /** True if more is to come. */
  readonly isGrowing: boolean
  /** Of the newest period, while more is to come. */
  readonly periodClock: PeriodClock | undefined
  /** From the oldest to the newest; `undefined` while there is nothing. */
  readonly span: TimeSpan | undefined
  /** `undefined` while there is nothing. */
  readonly numbers: NumberRange | undefined
  /**
   * Resolves when everything that ends behind a time is listed. What another machine has archived comes back bit by bit,
   * and a playlist must not gain anything at its beginning.
   *
   * @throws {RequestError} 503 if that takes too long.
   * @see RFC 8216bis §6.2.1
   */
  untilListed(time: Milliseconds): Promise<void>
  /**
   * Segments of all renditions that play within a span, ascending by number. Those of the picture decide, where there
   * is one: what has their numbers belongs to them.
   */
  segments(span: TimeSpan): Promise<readonly ArchivedSegment[]>
  /** Which segments those are, at little cost however many there are; `undefined` if there is none. */
  select(span: TimeSpan): Promise<SegmentSelection | undefined>
  /** The bytes of a segment; `undefined` if it is not there, or no more. */
  read(rendition: string, address: SegmentAddress): Promise<Uint8Array | undefined>
  /** The same, for those who take it piece by piece. */
  open(rendition: string, address: SegmentAddress): Promise<KeptBytes | undefined>
  /** The initialisation segment of a period. */
  readInit(rendition: string, period: number): Promise<Uint8Array | undefined>
}

/** What is kept of all streams. */
export interface SegmentArchive {
  /** `undefined` if nothing was ever kept of the stream. */
  find(stream: string): StreamArchive | undefined
}
