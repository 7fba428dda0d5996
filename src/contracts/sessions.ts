import type { Bytes, Milliseconds } from '../core/units.ts'

/** Who has a session. */
export type SessionPeer = {
  /** Unique in this process: `rtmp-17`. */
  readonly id: string
  readonly protocol: string
  /** Address and port; of a relay the URL, without what may be secret. */
  readonly peer: string
  /** Wall-clock time of the start. */
  readonly since: Milliseconds
  /** Whom access control has found it to be. */
  readonly user?: string
}

/** `relay`: this server has opened the connection, to send a stream on or to fetch it. */
export type SessionRole = 'publisher' | 'player' | 'relay'

/** One peer, and the one stream that it publishes or plays. */
export type Session = {
  readonly info: SessionPeer
  readonly role: SessionRole
  /** Name of the stream. */
  readonly stream: string
  /** Received from a publisher, sent to everybody else. */
  readonly bytes: Bytes
  /** When something last came or went, by the clock that never goes back; `undefined` if nothing did. */
  readonly activeAt: Milliseconds | undefined
  /** Disconnect the peer. */
  readonly end: () => void
}

/** Everybody who publishes or plays now. */
export interface Sessions {
  list(): readonly Session[]
}
