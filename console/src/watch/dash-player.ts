import type { ErrorEvent, MediaPlayerClass } from 'dashjs'
import { reportElement } from './element-events.ts'
import type { OpenPlayer, PlayerListener } from './live-player.ts'
import { interpretFailure } from './player-error.ts'
import { ReceivedRate } from './received-rate.ts'

type Dash = typeof import('dashjs')

const reportMs = 500
const settings = {
  debug: { logLevel: 0 },
  streaming: {
    /** Nobody sees a clock that is a tenth faster or slower; half as fast, as dash.js would have it, everybody does. */
    liveCatchup: { enabled: true, playbackRate: { min: -0.1, max: 0.1 } },
    /** Chrome may stand still more than 0.3 s before a gap, which is as far ahead as dash.js looks for one. */
    gaps: { threshold: 1 },
  },
}

/** dash.js over DASH. It is large, so only who chooses it loads it. */
export const openDashPlayer: OpenPlayer = async (video, { urls }, listener, signal) => {
  const dash = await import('dashjs')
  await untilPaused(video)
  if (signal.aborted) return
  const player = dash.MediaPlayer().create()
  signal.addEventListener('abort', () => player.destroy(), { once: true })
  player.updateSettings(settings)
  reportPlayer(dash, player, listener, signal)
  player.initialize(video, urls.dash, true)
  reportElement(video, listener.onEvent, signal)
}

/** dash.js fetches MPDs anew once it has seen the element begin to play: that must be left to it. */
async function untilPaused(video: HTMLVideoElement): Promise<void> {
  if (video.paused) return
  const paused = new Promise(resolve => video.addEventListener('pause', resolve, { once: true }))
  video.pause()
  await paused
}

function reportPlayer(
  { MediaPlayer }: Dash,
  player: MediaPlayerClass,
  listener: PlayerListener,
  signal: AbortSignal,
): void {
  const { events } = MediaPlayer
  const rate = new ReceivedRate(reportMs)
  player.on(events['FRAGMENT_LOADING_COMPLETED'], ({ request }) => rate.add(request.bytesLoaded))
  player.on(events['PLAYBACK_NOT_ALLOWED'], () => listener.onEvent({ type: 'refused' }))
  player.on(events['ERROR'], event => reportError(event, listener))
  const timer = setInterval(() => {
    listener.onRate(rate.report())
    const latency = player.getCurrentLiveLatency()
    if (latency > 0) listener.onLatency(latency)
  }, reportMs)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** Without the server's clock dash.js uses its own. */
const timeSyncFailed = 16
/** @see dash.js 5.2.1, src/core/errors/Errors.js */
const networkCodes = [10, 11, 12, 15, 17, 18, 19, 25, 26, 27, 28, 29]

/** What dash.js has given up on. */
function reportError({ error }: ErrorEvent, listener: PlayerListener): void {
  const { code, data } = typeof error === 'string' ? { code: undefined, data: undefined } : error
  if (code === timeSyncFailed) return
  const status = statusOf(data)
  const detail = status !== undefined && status >= 400 ? 'HttpStatusCodeInvalid' : ''
  const type = code !== undefined && networkCodes.includes(code) ? 'NetworkError' : 'MediaError'
  listener.onEvent(interpretFailure({ type, detail, status }, listener.explain()))
}

/** Of the response that an error comes with; `undefined` if there was none. */
function statusOf(data: unknown): number | undefined {
  const { response } = (data ?? {}) as { readonly response?: { readonly status?: number } }
  return response?.status
}
