import type Hls from 'hls.js'
import type { ErrorData, HlsConfig, LevelDetails, RetryConfig } from 'hls.js'
import { rewindUrl } from '../streams/stream-urls.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { type OpenPlayer, type PlayerListener, playElement } from './live-player.ts'
import { interpretFailure } from './player-error.ts'
import { ReceivedRate } from './received-rate.ts'

/** While a server restarts nothing answers: what is buffered plays on, and it is asked again for some seconds. */
const errorRetry: RetryConfig = {
  maxNumRetry: 6,
  retryDelayMs: 500,
  maxRetryDelayMs: 4000,
  shouldRetry: (config, count, _isTimeout, response, retry) =>
    retry || (response?.code === 0 && count < (config?.maxNumRetry ?? 0)),
}
const timeoutRetry: RetryConfig = { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 }
const patient = { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000, errorRetry, timeoutRetry }

const common: Partial<HlsConfig> = {
  playlistLoadPolicy: { default: patient },
  fragLoadPolicy: { default: patient },
  backBufferLength: 30,
}
const live: Partial<HlsConfig> = { ...common, lowLatencyMode: true }
const past: Partial<HlsConfig> = { ...common, lowLatencyMode: false }

const reportMs = 500
/** A slightly faster clock closes up to the live edge, as long as that many seconds are buffered. */
const closingUp = { rate: 1.1, buffered: 0.4, tolerance: 0.1 } as const

/** hls.js over Low-Latency HLS, and over HLS of what is kept. */
export const openHlsPlayer: OpenPlayer = async (video, { urls, from }, listener, signal) => {
  const { default: HlsPlayer } = await import('hls.js')
  if (signal.aborted) return
  if (!HlsPlayer.isSupported()) {
    listener.onEvent({ type: 'unsupported', reason: 'This browser has no Media Source Extensions for live video.' })
    return
  }
  const hls = new HlsPlayer(from === undefined ? live : past)
  signal.addEventListener('abort', () => hls.destroy(), { once: true })
  hls.on(HlsPlayer.Events.ERROR, (_name, data) => reportError(hls, data, listener))
  reportRate(hls, HlsPlayer, listener, signal)
  if (from === undefined) {
    stayLive(hls, HlsPlayer)
    closeUp(hls, video, signal)
    reportLatency(hls, listener, signal)
  } else playFrom(hls, video, from, listener, signal)
  hls.loadSource(from === undefined ? urls.hls : rewindUrl(urls, from))
  hls.attachMedia(video)
  playElement(video, listener, signal)
}

/** What is not fatal, hls.js gets over. */
function reportError(hls: Hls, { fatal, type, details, response }: ErrorData, listener: PlayerListener): void {
  if (!fatal) return
  const detail = response?.code === undefined || response.code < 400 ? details : 'HttpStatusCodeInvalid'
  hls.stopLoad()
  listener.onEvent(interpretFailure({ type: nameOf(type), detail, status: response?.code }, listener.explain()))
}

/** In the words of mpegts.js. */
function nameOf(type: string): string {
  return type === 'networkError' ? 'NetworkError' : 'MediaError'
}

/** Behind a restart of the server hls.js guesses where the list begins, and may have gone too far. */
function stayLive(hls: Hls, { Events }: typeof Hls): void {
  hls.on(Events.LEVEL_UPDATED, (_name, { details }) => {
    const { media, liveSyncPosition } = hls
    if (details.live && media && liveSyncPosition !== null && media.currentTime > details.edge) {
      media.currentTime = liveSyncPosition
    }
  })
}

/** hls.js 1.7 has `maxLiveSyncPlaybackRate` for this, but uses it only while more than a second is buffered. */
function closeUp(hls: Hls, video: HTMLVideoElement, signal: AbortSignal): void {
  const adjust = () => {
    const isBehind = hls.latency > (hls.targetLatency ?? Number.POSITIVE_INFINITY) + closingUp.tolerance
    const buffered = hls.mainForwardBufferInfo?.len ?? 0
    video.playbackRate = isBehind && buffered > closingUp.buffered ? closingUp.rate : 1
  }
  video.addEventListener('timeupdate', adjust, { signal })
}

function reportRate(hls: Hls, { Events }: typeof Hls, { onRate }: PlayerListener, signal: AbortSignal): void {
  const rate = new ReceivedRate(reportMs)
  hls.on(Events.FRAG_LOADED, (_name, { frag, part }) => rate.add((part ?? frag).stats.loaded))
  repeat(() => onRate(rate.report()), signal)
}

function reportLatency(hls: Hls, { onLatency }: PlayerListener, signal: AbortSignal): void {
  repeat(() => {
    if (hls.latency > 0) onLatency(hls.latency)
  }, signal)
}

/** The list begins with the segment in which the time is: once it is there, the element goes to the time itself. */
function playFrom(
  hls: Hls,
  video: HTMLVideoElement,
  from: WallTime,
  { onClock }: PlayerListener,
  signal: AbortSignal,
): void {
  const goThere = () => {
    const position = hls.latestLevelDetails === null ? undefined : positionOf(hls.latestLevelDetails, from)
    if (position !== undefined && position > video.currentTime) video.currentTime = position
  }
  video.addEventListener('loadeddata', goThere, { once: true, signal })
  repeat(() => {
    const date = hls.playingDate
    if (date !== null && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) onClock(date.getTime())
  }, signal)
}

/** Where on the player's own timeline a time is; `undefined` if it is not in the list. */
function positionOf({ fragments }: LevelDetails, time: WallTime): number | undefined {
  for (const { programDateTime, start, duration } of fragments) {
    const offset = programDateTime === null ? -1 : (time - programDateTime) / 1000
    if (offset >= 0 && offset < duration) return start + offset
  }
  return undefined
}

function repeat(report: () => void, signal: AbortSignal): void {
  const timer = setInterval(report, reportMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
