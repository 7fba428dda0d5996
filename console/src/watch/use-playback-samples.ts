import { type RefObject, useEffect, useState } from 'react'
import { emptySample, type PlaybackSample, samplePlayback } from './playback-sample.ts'

const sampleMs = 500

/** A fresh sample of `video` twice a second while `active`, else nothing. */
export function usePlaybackSamples(video: RefObject<HTMLVideoElement | null>, active: boolean): PlaybackSample {
  const [sample, setSample] = useState(emptySample)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => {
      if (video.current) setSample(samplePlayback(video.current))
    }, sampleMs)
    return () => {
      clearInterval(timer)
      setSample(emptySample)
    }
  }, [video, active])
  return sample
}
