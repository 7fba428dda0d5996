import type { PlayerEvent } from './player-state.ts'

/**
 * No media for so long means that the connection is dead, even if nobody said so. Longer than the 15 seconds for which
 * a server, unless told otherwise, keeps players of a stream that lost its publisher.
 */
const silenceMs = 20_000

type Send = (event: PlayerEvent) => void

/** Translate what the element reports into events of the player, until `signal` aborts. */
export function reportElement(video: HTMLVideoElement, send: Send, signal: AbortSignal): void {
  video.addEventListener('playing', () => send({ type: 'picture' }), { signal })
  video.addEventListener('waiting', () => send({ type: 'starved' }), { signal })
  video.addEventListener('ended', () => send({ type: 'interrupted', cause: 'ended' }), { signal })
  reportPause(video, send, signal)
  reportSilence(video, send, signal)
}

/**
 * Browsers pause hidden videos to save power; that is not the viewer's wish, and is undone when the page is seen. They
 * also pause what has come to its end.
 */
function reportPause(video: HTMLVideoElement, send: Send, signal: AbortSignal): void {
  const onPause = () => {
    if (!document.hidden && !video.ended) send({ type: 'pause' })
  }
  const onVisibility = () => {
    if (!document.hidden && video.paused) video.play().catch(() => {})
  }
  video.addEventListener('pause', onPause, { signal })
  document.addEventListener('visibilitychange', onVisibility, { signal })
}

/** Media that arrives moves the end of the buffer; of what is old, much has arrived long before it plays. */
function reportSilence(video: HTMLVideoElement, send: Send, signal: AbortSignal): void {
  let progress = 0
  let heardAt = performance.now()
  const timer = setInterval(() => {
    const newProgress = bufferEnd(video) + video.currentTime
    // A hidden page has its timers slowed down, so its silence proves nothing.
    if (newProgress !== progress || document.hidden) heardAt = performance.now()
    progress = newProgress
    if (performance.now() - heardAt > silenceMs) send({ type: 'interrupted', cause: 'silent' })
  }, 1000)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

/** The live edge as this element has it, in seconds of its own time; 0 before any media came. */
export function bufferEnd({ buffered }: HTMLVideoElement): number {
  return buffered.length === 0 ? 0 : buffered.end(buffered.length - 1)
}
