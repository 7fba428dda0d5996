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
  if (from !== undefined) reportClock(video, from, listener, signal)
  video.src = from === undefined ? urls.hls : rewindUrl(urls, from)
  playElement(video, listener, signal)
}

/** Browsers that do not tell begin where they were asked to. */
function reportClock(video: DatedVideo, from: WallTime, { onClock }: PlayerListener, signal: AbortSignal): void {
  let first: number | undefined
  const timer = setInterval(() => {
    if (video.currentTime === 0) return
    first ??= video.currentTime
    const start = video.getStartDate?.().getTime() ?? Number.NaN
    onClock(Number.isNaN(start) ? from + 1000 * (video.currentTime - first) : start + 1000 * video.currentTime)
  }, reportMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function leave(video: HTMLVideoElement): void {
  video.removeAttribute('src')
  video.load()
}
