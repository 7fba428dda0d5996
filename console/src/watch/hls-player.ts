import type Hls from 'hls.js'
import type { ErrorData } from 'hls.js'
import { type OpenPlayer, type PlayerListener, playElement } from './live-player.ts'
import { interpretFailure } from './player-error.ts'

/** A slightly faster clock closes up to the live edge; what has been played is kept for half a minute. */
const lowLatency = { lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1, backBufferLength: 30 }

const reportMs = 500
/** Segments come in bursts: the rate is that of so many reports. */
const smoothing = 8

/** hls.js over Low-Latency HLS. */
export const openHlsPlayer: OpenPlayer = async (video, urls, listener, signal) => {
  const { default: HlsPlayer } = await import('hls.js')
  if (signal.aborted) return
  if (!HlsPlayer.isSupported()) {
    listener.onEvent({ type: 'unsupported', reason: 'This browser has no Media Source Extensions for live video.' })
    return
  }
  const hls = new HlsPlayer(lowLatency)
  signal.addEventListener('abort', () => hls.destroy(), { once: true })
  hls.on(HlsPlayer.Events.ERROR, (_name, data) => reportError(hls, data, listener))
  reportNumbers(hls, HlsPlayer, listener, signal)
  hls.loadSource(urls.hls)
  hls.attachMedia(video)
  playElement(video, listener, signal)
}

/** What is not fatal, hls.js gets over; the media element is given one chance to. */
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

function reportNumbers(hls: Hls, { Events }: typeof Hls, listener: PlayerListener, signal: AbortSignal): void {
  const bytes: number[] = []
  let newBytes = 0
  hls.on(Events.FRAG_LOADED, (_name, { frag, part }) => {
    newBytes += (part ?? frag).stats.loaded
  })
  const timer = setInterval(() => {
    bytes.push(newBytes)
    newBytes = 0
    if (bytes.length > smoothing) bytes.shift()
    const sum = bytes.reduce((total, count) => total + count, 0)
    listener.onRate((sum * 8 * 1000) / (bytes.length * reportMs))
    if (hls.latency > 0) listener.onLatency(hls.latency)
  }, reportMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}
