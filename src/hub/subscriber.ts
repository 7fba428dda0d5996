import type { ReaderEnd } from '../contracts/end-reason.ts'
import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Reader } from './pump.ts'
import type { WireLog } from './wire-log.ts'

/** Who a publisher or a subscriber is, for the API and the log. */
export type PeerInfo = {
  /** Unique in this process: `rtmp-17`. */
  readonly id: string
  readonly protocol: string
  /** Address and port, or the name of a part of this server. */
  readonly peer: string
  /** Wall-clock time of the start. */
  readonly since: Milliseconds
  /** Whom access control has found it to be; missing for those it has not asked for a name. */
  readonly user?: string
  /** A part of this server, such as the recorder or a push, and nobody who watches. */
  readonly isPart?: true
  /** A connection to another server that was opened from here. */
  readonly isRelay?: true
}

/** True for players. The recorder and relays read as players do, but nobody looks at them. */
export function isViewer({ info }: Subscriber): boolean {
  return info.isPart !== true
}

/** A reader that is attached to a stream. */
export interface Subscriber extends Reader {
  readonly info: PeerInfo
  readonly counters: SubscriberCounters
  /** Takes each frame when it comes, as others wait for what it makes of it: none are collected for it. */
  readonly isPrompt?: true
  /** What it reads; missing for those that read frames. */
  readonly wire?: WireLog
  /** When it has last taken something, by the clock that never goes back; missing until then. */
  readonly activeAt?: Milliseconds | undefined
  /** The publisher has left; the subscriber stays and waits for the next one. */
  publisherLeft(): void
  /** A publisher has come back. */
  publisherReturned(): void
  /** The hub has detached this subscriber: say goodbye to the peer. */
  end(reason: ReaderEnd): void
}

export interface SubscriberCounters {
  readonly bytesSent: Bytes
  readonly framesDropped: number
  readonly lag: Milliseconds
}
