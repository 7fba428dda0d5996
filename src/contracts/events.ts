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
  | { readonly type: 'recording.started'; readonly stream: string; readonly file: string }
  | { readonly type: 'recording.stopped'; readonly stream: string; readonly file: string; readonly bytes: number }
  | { readonly type: 'recording.failed'; readonly stream: string; readonly file: string; readonly reason: string }

/** Takes events. `emit` returns at once and never throws. */
export interface EventSink {
  emit(event: ServerEvent): void
}
