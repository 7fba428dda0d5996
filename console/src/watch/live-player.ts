import type { StreamUrls } from '../streams/stream-urls.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { openDashPlayer } from './dash-player.ts'
import { reportElement } from './element-events.ts'
import { openFlvPlayer } from './flv-player.ts'
import { openHlsPlayer } from './hls-player.ts'
import { openNativeHlsPlayer } from './native-hls-player.ts'
import type { PlayerKind } from './player-choice.ts'
import type { PlayerEvent } from './player-state.ts'

export type PlayerListener = {
  readonly onEvent: (event: PlayerEvent) => void
  /** Bits per second that came in, about every half second. */
  readonly onRate: (bitsPerSecond: number) => void
  /** Seconds behind live, of players that know it better than the buffer tells. */
  readonly onLatency: (seconds: number) => void
  /** When the picture that is seen was made, of players that were opened at a time. */
  readonly onClock: (time: WallTime) => void
  /** The viewer's sentence about tracks that cannot play, or undefined if none is known to be at fault. */
  readonly explain: () => string | undefined
}

/** What to play: live, or what is kept from a time on. */
export type PlayTarget = { readonly urls: StreamUrls; readonly from: WallTime | undefined }

/** A way to play: attach to `video` and play until `signal` aborts. Rejects if its code cannot be loaded. */
export type OpenPlayer = (
  video: HTMLVideoElement,
  target: PlayTarget,
  listener: PlayerListener,
  signal: AbortSignal,
) => Promise<void>

const players: Readonly<Record<PlayerKind, OpenPlayer>> = {
  flv: openFlvPlayer,
  hls: openHlsPlayer,
  'native-hls': openNativeHlsPlayer,
  dash: openDashPlayer,
}

/**
 * Play a stream in `video` until the returned function is called. What happens is told to `listener`, never after that
 * call.
 */
export function openLivePlayer(
  kind: PlayerKind,
  video: HTMLVideoElement,
  target: PlayTarget,
  listener: PlayerListener,
): () => void {
  const closing = new AbortController()
  const { signal } = closing
  const unlessClosed =
    <Value>(tell: (value: Value) => void) =>
    (value: Value) => {
      if (!signal.aborted) tell(value)
    }
  const guarded: PlayerListener = {
    onEvent: unlessClosed(listener.onEvent),
    onRate: unlessClosed(listener.onRate),
    onLatency: unlessClosed(listener.onLatency),
    onClock: unlessClosed(listener.onClock),
    explain: listener.explain,
  }
  players[kind](video, target, guarded, signal).catch(() =>
    guarded.onEvent({ type: 'interrupted', cause: 'unreachable' }),
  )
  return () => closing.abort()
}

/** Report what the element does, and make it play. */
export function playElement(video: HTMLVideoElement, { onEvent }: PlayerListener, signal: AbortSignal): void {
  reportElement(video, onEvent, signal)
  video.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') onEvent({ type: 'refused' })
  })
}
