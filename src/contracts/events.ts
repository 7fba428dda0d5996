import type { Bytes, Milliseconds } from '../core/units.ts'
import type { AccessAction, Refusal } from './access.ts'

/** Who publishes or plays, as far as observers may know it. */
export type Participant = {
  readonly connection: string
  readonly protocol: string
  /** Address and port. */
  readonly peer: string
  /** The URL that the peer was given, up to the application; empty if its protocol does not say. Without credentials. */
  readonly url: string
  /** Parameters of the URL, credentials left out. */
  readonly query: string
}

/** What happened, for observers. Never on the per-frame path. */
export type ServerEvent =
  | {
      readonly type: 'connection.opened'
      readonly connection: string
      readonly protocol: string
      readonly peer: string
    }
  /** The peer speaks the protocol. */
  | {
      readonly type: 'connection.handshaken'
      readonly connection: string
      readonly protocol: string
      readonly peer: string
    }
  /** An RTMP peer has named the application that it wants. */
  | ({ readonly type: 'connection.connected' } & Participant)
  | {
      readonly type: 'connection.closed'
      readonly connection: string
      readonly protocol: string
      readonly peer: string
      /** As of a participant; empty if it never came to that. */
      readonly url: string
      readonly code: string
      readonly reason: string
      readonly durationMs: number
      readonly bytesReceived: Bytes
      readonly bytesSent: Bytes
    }
  /** A name has become a stream: somebody publishes it. */
  | { readonly type: 'stream.created'; readonly stream: string }
  /** A stream is gone: nobody publishes it, and nobody waits for it any more. */
  | { readonly type: 'stream.removed'; readonly stream: string }
  | ({ readonly type: 'publish.started'; readonly stream: string } & Participant)
  | ({
      readonly type: 'publish.stopped'
      readonly stream: string
      readonly reason: string
    } & Participant &
      PublicationSummary)
  /** The stream is the name that was asked for, cut where no name can be longer. */
  | ({ readonly type: 'publish.refused'; readonly stream: string; readonly reason: string } & Participant)
  | ({ readonly type: 'play.started'; readonly stream: string } & Participant)
  | ({
      readonly type: 'play.stopped'
      readonly stream: string
      readonly reason: string
      readonly durationMs: number
      /** What was sent, headers of the format included. */
      readonly bytes: Bytes
    } & Participant)
  | ({ readonly type: 'play.refused'; readonly stream: string; readonly reason: string } & Participant)
  /** A track has come, or has changed its codec or its picture size or sample rate. */
  | {
      readonly type: 'codec.detected'
      readonly stream: string
      readonly kind: 'video' | 'audio'
      /** Name for people: `H.264`. */
      readonly codec: string
      readonly width?: number
      readonly height?: number
      readonly sampleRate?: number
      readonly channels?: number
    }
  /** Readers have come or left: players, recordings, relays. Changes of one moment are one event. */
  | { readonly type: 'subscribers.changed'; readonly stream: string; readonly count: number }
  | {
      readonly type: 'auth.failed'
      readonly action: AccessAction
      /** Empty for `api` and `metrics`. */
      readonly stream: string
      readonly protocol: string
      readonly connection: string
      readonly peer: string
      readonly refusal: Refusal
      readonly reason: string
    }
  | { readonly type: 'recording.started'; readonly stream: string; readonly file: string }
  /** A file of a recording is complete; the recording may go on with the next. */
  | {
      readonly type: 'recording.segment'
      readonly stream: string
      readonly file: string
      readonly bytes: number
      readonly durationMs: number
      /** Of the file in its recording, from 1 on. */
      readonly number: number
    }
  /** A recording is over, and all of its files are complete. */
  | {
      readonly type: 'recording.stopped'
      readonly stream: string
      /** The last of its files. */
      readonly file: string
      /** Of all files together. */
      readonly bytes: number
      readonly durationMs: number
      readonly files: number
      readonly reason: 'publisher-left' | 'requested' | 'shutdown'
    }
  | {
      readonly type: 'recording.failed'
      readonly stream: string
      /** The file that could not be gone on with, or the folder if there is none. */
      readonly file: string
      readonly bytes: number
      readonly durationMs: number
      readonly reason: string
    }
  /** A track is missing in a recording, because the container has no place for its codec. */
  | {
      readonly type: 'recording.track-left-out'
      readonly stream: string
      /** Codec of the track. */
      readonly codec: string
      /** Name of the container. */
      readonly container: string
    }
  /** The segments of a stream are kept from now on; or no more, because it is over. */
  | { readonly type: 'dvr.started' | 'dvr.stopped'; readonly stream: string }
  /** Segments of a stream cannot be kept. */
  | { readonly type: 'dvr.failed'; readonly stream: string; readonly reason: string }
  /** They can again; so many were lost. */
  | { readonly type: 'dvr.back'; readonly stream: string; readonly lost: number }
  | {
      readonly type: 'relay.started'
      readonly direction: 'push' | 'pull'
      readonly stream: string
      readonly url: string
      readonly destination?: number
    }
  | {
      readonly type: 'relay.stopped' | 'relay.failed'
      readonly direction: 'push' | 'pull'
      readonly stream: string
      /** Without key, query and credentials. */
      readonly url: string
      /** Its number in the configuration; missing for pulls. */
      readonly destination?: number
      readonly reason: string
    }
  /** Another input of a stream is on air; or its first, or the same one again. */
  | {
      readonly type: 'input.switched'
      readonly stream: string
      /** Number of the input. */
      readonly input: number
      /** Without key, query and credentials. */
      readonly url: string
      /** Number of the input that was on air before; missing if there was none. */
      readonly from?: number
      readonly reason: string
    }
  /** An input of a stream could not be connected, or brings nothing more. */
  | {
      readonly type: 'input.failed'
      readonly stream: string
      readonly input: number
      readonly url: string
      readonly reason: string
    }
  /** The configuration has been read again. */
  | {
      readonly type: 'config.reloaded'
      /** Keys that have another value than before. */
      readonly changed: readonly string[]
      /** Keys whose value is not in force before a restart. */
      readonly needsRestart: readonly string[]
    }
  /** Somebody tries whether a hook works. */
  | { readonly type: 'hook.test'; readonly hook: string }

/** What a publisher has sent until it stopped. */
export type PublicationSummary = {
  readonly durationMs: number
  readonly audioFrames: number
  readonly videoFrames: number
  readonly bytes: Bytes
  /** Names for people; missing if there was no such track. */
  readonly audioCodec?: string
  readonly videoCodec?: string
}

export type EventType = ServerEvent['type']

/** An event with what the server adds to each, the same for all observers. */
export type StampedEvent = {
  /** Unique, and in the order of the events as a text. */
  readonly id: string
  /** Wall-clock time. */
  readonly time: Milliseconds
  /** Name of this server. */
  readonly server: string
  /** Counts the events of its stream, or those of no stream: it rises by one, and also over restarts. */
  readonly sequence: number
  readonly event: ServerEvent
}

/** Takes events. `emit` returns at once and never throws. */
export interface EventSink {
  emit(event: ServerEvent): void
}

/** Is told of every event. `observe` returns at once. */
export interface EventObserver {
  observe(event: StampedEvent): void
}
