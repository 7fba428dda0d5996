import { type OpenPlayer, playElement } from './live-player.ts'
import { interpretFailure } from './player-error.ts'

/** The browser itself over HLS: on iPhones there is no other way. */
export const openNativeHlsPlayer: OpenPlayer = async (video, urls, listener, signal) => {
  const onError = () => {
    const type = video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'NetworkError' : 'MediaError'
    listener.onEvent(interpretFailure({ type, detail: '', status: undefined }, listener.explain()))
  }
  video.addEventListener('error', onError, { signal })
  signal.addEventListener('abort', () => leave(video), { once: true })
  video.src = urls.hls
  playElement(video, listener, signal)
}

function leave(video: HTMLVideoElement): void {
  video.removeAttribute('src')
  video.load()
}
