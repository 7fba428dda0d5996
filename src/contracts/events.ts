import type { AccessAction, Refusal } from './access.ts'

/** What happened, for observers. Never on the per-frame path. */
export type ServerEvent =
  | {
      readonly type: 'connection.opened'
      readonly connection: string
      readonly protocol: string
      readonly peer: string
    }
  | {
      readonly type: 'connection.closed'
      readonly connection: string
      readonly protocol: string
      readonly peer: string
      readonly code: string
      readonly reason: string
    }
  | { readonly type: 'publish.started'; readonly stream: string; readonly connection: string; readonly peer: string }
  | { readonly type: 'publish.stopped'; readonly stream: string; readonly connection: string; readonly reason: string }
  | { readonly type: 'publish.refused'; readonly stream: string; readonly connection: string; readonly reason: string }
  | { readonly type: 'play.started'; readonly stream: string; readonly connection: string; readonly peer: string }
  | { readonly type: 'play.stopped'; readonly stream: string; readonly connection: string; readonly reason: string }
  | { readonly type: 'play.refused'; readonly stream: string; readonly connection: string; readonly reason: string }
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
  | {
      readonly type: 'relay.started'
      readonly direction: 'push' | 'pull'
      readonly stream: string
      readonly url: string
    }
  | {
      readonly type: 'relay.stopped' | 'relay.failed'
      readonly direction: 'push' | 'pull'
      readonly stream: string
      /** Without key, query and credentials. */
      readonly url: string
      readonly reason: string
    }

/** Takes events. `emit` returns at once and never throws. */
export interface EventSink {
  emit(event: ServerEvent): void
}
