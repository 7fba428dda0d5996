import { bufferEnd } from './element-events.ts'

/** How playing goes at one moment. */
export type PlaybackSample = {
  /** Seconds between the picture and the newest media that arrived; undefined before the first media. */
  readonly latency: number | undefined
  /** Seconds that would still play if nothing more came. */
  readonly buffered: number
  readonly decodedFrames: number
  readonly droppedFrames: number
  readonly width: number
  readonly height: number
}

export const emptySample: PlaybackSample = {
  latency: undefined,
  buffered: 0,
  decodedFrames: 0,
  droppedFrames: 0,
  width: 0,
  height: 0,
}

export function samplePlayback(video: HTMLVideoElement): PlaybackSample {
  const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality()
  const end = bufferEnd(video)
  return {
    latency: end === 0 ? undefined : end - video.currentTime,
    buffered: secondsAhead(video),
    decodedFrames: totalVideoFrames,
    droppedFrames: droppedVideoFrames,
    width: video.videoWidth,
    height: video.videoHeight,
  }
}

/** Up to the first hole. */
function secondsAhead({ buffered, currentTime }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    const isPlayed = buffered.start(range) <= currentTime && currentTime < buffered.end(range)
    if (isPlayed) return buffered.end(range) - currentTime
  }
  return 0
}
