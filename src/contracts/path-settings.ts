import type { Bytes, Milliseconds } from '../core/units.ts'

/** What holds for the stream of that name: what the first path pattern that fits says, else what holds for all. */
export type SettingsOf<Settings> = (streamName: string) => Settings

/** Settings that a path pattern may change. Looked up once per session or stream, never per frame. */
export interface SettingsSource<Settings> {
  /** What holds where no stream is known yet, and for all streams that no pattern fits. */
  readonly general: Settings
  of(streamName: string): Settings
}

/** How a server treats the players of a stream. */
export type PlaySettings = {
  /** Send without waiting for the acknowledgement of what was sent before (TCP_NODELAY). */
  readonly noDelay: boolean
  /** RTMP: chunk size of what is sent. */
  readonly chunkSize: Bytes
  /** RTMP: acknowledgement window announced to players; 0 announces none. */
  readonly outAckSize: Bytes
  /** RTMP: each player's timestamps start at 0. */
  readonly startAtZero: boolean
  /** Time that a player may take nothing of what was sent to it. */
  readonly sendTimeout: Milliseconds
  /** Time that a player waits for a stream that nobody publishes, if it does not ask for another. */
  readonly wait: Milliseconds
  /** The longest time that it may ask for. */
  readonly maxWait: Milliseconds
}

/** How a server treats the publisher of a stream. */
export type PublishSettings = {
  /** Time from publish to the first audio or video. */
  readonly firstMediaTimeout: Milliseconds
  /** Time that a publisher may send neither audio nor video. */
  readonly silenceTimeout: Milliseconds
  /** RTMP: acknowledgement window of publishers that announce none; 0 acknowledges nothing to them. */
  readonly inAckSize: Bytes
  /** Close up jumps of the publisher's clock, keep its times, or keep them if the publisher's metadata asks for it. */
  readonly timestamps: 'repair' | 'keep' | 'auto'
  /** How long frames wait so that sound and picture go on in the order of their times; 0 not at all. */
  readonly interleaveWindow: Milliseconds
  /** Read the size and the profile of the picture. */
  readonly parseSps: boolean
  /** Pass on no sequence header that repeats the one before. */
  readonly reduceSequenceHeaders: boolean
}
