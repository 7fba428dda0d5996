import type { LivePlayer } from './use-live-player.ts'

/** Play or pause, whichever the viewer can want now. */
export function togglePlaying(video: HTMLVideoElement | null, { state, send }: LivePlayer): void {
  if (state.phase === 'playing' || state.phase === 'buffering') {
    send({ type: 'pause' })
    return
  }
  send({ type: 'play' })
  // A blocked player has its connection already and only lacks this gesture. A refusal changes nothing.
  if (state.phase === 'blocked') video?.play().catch(() => {})
}

export function toggleMuted(video: HTMLVideoElement | null): void {
  if (video === null) return
  video.muted = !video.muted
  if (!video.muted && video.volume === 0) video.volume = 1
}

/** Silence and "muted" are the same thing to a viewer who moves the slider. */
export function setVolume(video: HTMLVideoElement | null, volume: number): void {
  if (video === null) return
  video.volume = volume
  video.muted = volume === 0
}
