import type { Milliseconds, Ticks } from '../../core/units.ts'

/** A Media Presentation Description of segments that are listed one by one. Source: ISO/IEC 23009-1 §5.3. */
export type Mpd = {
  /** `static` for one that never changes. */
  readonly type: 'dynamic' | 'static'
  /** Wall-clock time that the starts of periods count from. */
  readonly availabilityStart: Milliseconds
  /** Wall-clock time of this text. */
  readonly published: Milliseconds
  /** How often it is to be fetched again; `undefined` if nothing more will come. */
  readonly minimumUpdatePeriod?: Milliseconds
  readonly minBufferTime: Milliseconds
  /** Time that is listed; `undefined` if that is all there is. */
  readonly timeShiftBufferDepth?: Milliseconds
  readonly suggestedPresentationDelay: Milliseconds
  readonly maxSegmentDuration: Milliseconds
  /** Of one to which nothing will be added. */
  readonly duration?: Milliseconds
  /** URL that tells the time (xs:dateTime), so that players know when segments are there. */
  readonly timeUrl?: string
  /** How far behind live a player is to stand, and to stand at most. */
  readonly latency?: { readonly target: Milliseconds; readonly longest: Milliseconds }
  readonly periods: readonly MpdPeriod[]
}

export type MpdPeriod = {
  readonly id: string
  /** Behind `availabilityStart`. */
  readonly start: Milliseconds
  /** `undefined` for the last one of a live presentation. */
  readonly duration?: Milliseconds
  readonly sets: readonly AdaptationSet[]
}

/** One track, in one form. */
export type AdaptationSet = {
  readonly id: number
  readonly kind: 'video' | 'audio'
  readonly mimeType: string
  /** RFC 5646. */
  readonly language?: string
  /** True if a player can begin with any segment. Source: ISO/IEC 23009-1 §5.3.3.2. */
  readonly isIndependent: boolean
  /** True for the one that is played if nobody chooses. */
  readonly isMain: boolean
  /** Schemes of the event messages in its segments. Source: ISO/IEC 23009-1 §5.10.3.2. */
  readonly eventSchemes: readonly string[]
  /** Wall-clock time at which its media time `presentationTimeOffset` came; fragments tell more. */
  readonly referenceTime?: Milliseconds
  readonly representation: Representation
}

export type Representation = {
  readonly id: string
  /** RFC 6381. */
  readonly codecs?: string
  /** Bits per second of the largest segment. */
  readonly bandwidth: number
  readonly width?: number
  readonly height?: number
  readonly frameRate?: string
  readonly sampleRate?: number
  readonly channels?: number
  readonly timescale: number
  /** Media time at the start of the period. */
  readonly presentationTimeOffset: Ticks
  readonly initialization: string
  /** With `$Time$` in it. */
  readonly media: string
  /** Seconds that a segment is there before it is complete. */
  readonly availabilityTimeOffset?: number
  readonly timeline: readonly TimelineSegment[]
}

export type TimelineSegment = { readonly time: Ticks; readonly duration: Ticks }
