import { type OpenPlayer, type PlayerListener, playElement } from './live-player.ts'
import { interpretFailure } from './player-error.ts'

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

/** mpegts.js over HTTP-FLV. */
export const openFlvPlayer: OpenPlayer = async (video, { urls }, listener, signal) => {
  const { default: mpegts } = await import('mpegts.js')
  if (!signal.aborted) startPlayer(mpegts, video, urls.httpFlv, listener, signal)
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
  player.attachMediaElement(video)
  player.load()
  playElement(video, listener, signal)
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
