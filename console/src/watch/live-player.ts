import { reportElement } from './element-events.ts'
import { interpretFailure } from './player-error.ts'
import type { PlayerEvent } from './player-state.ts'

export type PlayerListener = {
  readonly onEvent: (event: PlayerEvent) => void
  /** Bits per second that came in, about every half second. */
  readonly onRate: (bitsPerSecond: number) => void
  /** The viewer's sentence about tracks that cannot play, or undefined if none is known to be at fault. */
  readonly explain: () => string | undefined
}

/**
 * Two ways to stay near the live edge: a slightly faster clock for small delays, which nobody sees, and a jump for
 * large ones, for example after the machine slept.
 */
const lowLatency = {
  isLive: true,
  enableWorker: true,
  enableStashBuffer: false,
  lazyLoad: false,
  deferLoadAfterSourceOpen: false,
  liveSync: true,
  liveSyncMaxLatency: 1,
  liveSyncTargetLatency: 0.5,
  liveSyncPlaybackRate: 1.1,
  liveBufferLatencyChasing: true,
  liveBufferLatencyMaxLatency: 3,
  liveBufferLatencyMinRemain: 0.5,
  autoCleanupSourceBuffer: true,
  autoCleanupMaxBackwardDuration: 30,
  autoCleanupMinBackwardDuration: 10,
  statisticsInfoReportInterval: 500,
}

type Mpegts = typeof import('mpegts.js').default

/**
 * Play HTTP-FLV from `url` in `video` until the returned function is called. What happens is told to `listener`,
 * never after that call.
 */
export function openLivePlayer(video: HTMLVideoElement, url: string, listener: PlayerListener): () => void {
  const closing = new AbortController()
  const { signal } = closing
  const send = (event: PlayerEvent) => {
    if (!signal.aborted) listener.onEvent(event)
  }
  import('mpegts.js').then(
    ({ default: mpegts }) => {
      if (!signal.aborted) startPlayer(mpegts, video, url, { ...listener, onEvent: send }, signal)
    },
    () => send({ type: 'interrupted', cause: 'unreachable' }),
  )
  return () => closing.abort()
}

function startPlayer(
  mpegts: Mpegts,
  video: HTMLVideoElement,
  url: string,
  listener: PlayerListener,
  signal: AbortSignal,
): void {
  if (!mpegts.getFeatureList().mseLivePlayback) {
    listener.onEvent({ type: 'unsupported', reason: 'This browser has no Media Source Extensions for live video.' })
    return
  }
  mpegts.LoggingControl.applyConfig({ enableAll: false })
  const player = mpegts.createPlayer({ type: 'flv', isLive: true, url }, lowLatency)
  signal.addEventListener('abort', () => player.destroy(), { once: true })
  reportPlayer(mpegts, player, listener)
  reportElement(video, listener.onEvent, signal)
  player.attachMediaElement(video)
  player.load()
  video.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') listener.onEvent({ type: 'refused' })
  })
}

function reportPlayer(mpegts: Mpegts, player: ReturnType<Mpegts['createPlayer']>, listener: PlayerListener): void {
  const { Events } = mpegts
  // mpegts.js counts in KiB per second.
  player.on(Events.STATISTICS_INFO, (facts: { speed?: number }) => listener.onRate((facts.speed ?? 0) * 1024 * 8))
  player.on(Events.LOADING_COMPLETE, () => listener.onEvent({ type: 'interrupted', cause: 'ended' }))
  player.on(Events.ERROR, (type: string, detail: string, info: { code?: number } | undefined) => {
    listener.onEvent(interpretFailure({ type, detail, status: info?.code }, listener.explain()))
  })
}
