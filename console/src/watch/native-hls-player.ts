import { rewindUrl } from '../streams/stream-urls.ts'
import type { WallTime } from '../timeline/wall-time.ts'
import { type OpenPlayer, type PlayerListener, playElement } from './live-player.ts'
import { interpretFailure } from './player-error.ts'

/** Safari tells when the time 0 of what it plays was. */
type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date }

const reportMs = 500

/** The browser itself over HLS: on iPhones there is no other way. */
export const openNativeHlsPlayer: OpenPlayer = async (video, { urls, from }, listener, signal) => {
  const onError = () => {
    const type = video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'NetworkError' : 'MediaError'
    listener.onEvent(interpretFailure({ type, detail: '', status: undefined }, listener.explain()))
  }
  video.addEventListener('error', onError, { signal })
  signal.addEventListener('abort', () => leave(video), { once: true })
  if (from === undefined) reportLatency(video, listener, signal)
  else reportClock(video, from, listener, signal)
  video.src = from === undefined ? urls.hls : rewindUrl(urls, from)
  playElement(video, listener, signal)
}

function reportLatency(video: DatedVideo, { onLatency }: PlayerListener, signal: AbortSignal): void {
  repeat(() => {
    const latency = (Date.now() - (dateOf(video) ?? Number.NaN)) / 1000
    if (latency > 0) onLatency(latency)
  }, signal)
}

/** Browsers that do not tell begin where they were asked to. */
function reportClock(video: DatedVideo, from: WallTime, { onClock }: PlayerListener, signal: AbortSignal): void {
  let first: number | undefined
  repeat(() => {
    if (video.currentTime === 0) return
    first ??= video.currentTime
    onClock(dateOf(video) ?? from + 1000 * (video.currentTime - first))
  }, signal)
}

/** When the picture that is seen was made, if the browser tells. */
function dateOf(video: DatedVideo): WallTime | undefined {
  const start = video.getStartDate?.().getTime()
  return start === undefined || Number.isNaN(start) ? undefined : start + 1000 * video.currentTime
}

function repeat(report: () => void, signal: AbortSignal): void {
  const timer = setInterval(report, reportMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function leave(video: HTMLVideoElement): void {
  video.removeAttribute('src')
  video.load()
}
