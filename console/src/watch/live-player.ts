import type { PlayerEvent, WaitCause } from './player-state.ts'

export type PlayerListener = {
  readonly onEvent: (event: PlayerEvent) => void
  /** Bits per second that came in, about every half second. */
  readonly onRate: (bitsPerSecond: number) => void
  /** The viewer's sentence about tracks that cannot play, or undefined if none is known to be at fault. */
  readonly explain: () => string | undefined
}

/** No media for so long means that the connection is dead, even if nobody said so. */
const silenceMs = 10_000

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
  const tell = (event: PlayerEvent) => {
    if (!signal.aborted) listener.onEvent(event)
  }
  import('mpegts.js').then(
    ({ default: mpegts }) => {
      if (!signal.aborted) startPlayer(mpegts, video, url, { ...listener, onEvent: tell }, signal)
    },
    () => tell({ type: 'interrupted', cause: 'unreachable' }),
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
  watchSilence(video, listener, signal)
  player.on(mpegts.Events.STATISTICS_INFO, (facts: { speed?: number }) => listener.onRate((facts.speed ?? 0) * 8192))
  player.on(mpegts.Events.LOADING_COMPLETE, () => listener.onEvent({ type: 'interrupted', cause: 'ended' }))
  player.on(mpegts.Events.ERROR, (type: string, detail: string, info: { code?: number }) => {
    listener.onEvent(type === mpegts.ErrorTypes.NETWORK_ERROR ? lost(info) : failed(mpegts, detail, listener))
  })
  reportElement(video, listener, signal)
  player.attachMediaElement(video)
  player.load()
  video.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') listener.onEvent({ type: 'refused' })
  })
  signal.addEventListener('abort', () => player.destroy(), { once: true })
}

function lost(info: { code?: number }): PlayerEvent {
  const cause: WaitCause = info.code === 404 ? 'not-live' : 'unreachable'
  return { type: 'interrupted', cause }
}

/** The API knows what a track is better than the player knows why it failed. */
function failed(mpegts: Mpegts, detail: string, listener: PlayerListener): PlayerEvent {
  const reason = listener.explain()
  if (reason !== undefined) return { type: 'unsupported', reason }
  const { MEDIA_CODEC_UNSUPPORTED, MEDIA_FORMAT_UNSUPPORTED } = mpegts.ErrorDetails
  if (detail === MEDIA_CODEC_UNSUPPORTED || detail === MEDIA_FORMAT_UNSUPPORTED) {
    return { type: 'unsupported', reason: 'This browser cannot play the codecs of this stream.' }
  }
  return { type: 'interrupted', cause: 'broken' }
}

function reportElement(video: HTMLVideoElement, { onEvent }: PlayerListener, signal: AbortSignal): void {
  video.addEventListener('playing', () => onEvent({ type: 'picture' }), { signal })
  video.addEventListener('waiting', () => onEvent({ type: 'starved' }), { signal })
  video.addEventListener('ended', () => onEvent({ type: 'interrupted', cause: 'ended' }), { signal })
  // Browsers pause hidden videos to save power; that is not the viewer's wish, and is undone when the page is seen.
  video.addEventListener('pause', () => document.hidden || onEvent({ type: 'pause' }), { signal })
  document.addEventListener('visibilitychange', () => document.hidden || void video.play().catch(() => {}), { signal })
}

/** Media that arrives moves the end of the buffer; `progress` alone also fires for an empty connection. */
function watchSilence(video: HTMLVideoElement, { onEvent }: PlayerListener, signal: AbortSignal): void {
  let end = 0
  let heardAt = performance.now()
  const timer = setInterval(() => {
    const newEnd = bufferEnd(video)
    if (newEnd !== end || document.hidden) heardAt = performance.now()
    end = newEnd
    if (performance.now() - heardAt > silenceMs) onEvent({ type: 'interrupted', cause: 'silent' })
  }, 1000)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** The live edge as this element has it, in seconds of its own time; 0 before any media came. */
export function bufferEnd(video: HTMLVideoElement): number {
  const { buffered } = video
  return buffered.length === 0 ? 0 : buffered.end(buffered.length - 1)
}
