import type { Milliseconds } from '../core/units.ts'
import type { TrackCounters } from '../hub/stream.ts'
import type { AudioFacts, VideoFacts } from '../media/track.ts'
import type { TrackStatus } from './track-schema.ts'

/** What the API says about one track. */
export function trackStatus({ track, rate }: TrackCounters, now: Milliseconds): TrackStatus {
  const { id, kind, index, codecLabel, language, video, audio } = track
  return {
    id,
    kind,
    index,
    codec: codecLabel,
    ...(language === undefined ? {} : { language }),
    codecString: video?.codecString ?? audio?.codecString ?? null,
    ...(kind === 'video' ? videoStatus(video, rate.eventsPerSecond(now)) : {}),
    ...(audio === undefined ? {} : audioStatus(audio)),
    bitrate: Math.round(rate.bitsPerSecond(now)),
  }
}

function videoStatus(video: VideoFacts | undefined, measured: number): Partial<TrackStatus> {
  const frameRate = measured > 0 ? Math.round(measured * 100) / 100 : (video?.frameRate ?? null)
  return video === undefined ? { frameRate } : { width: video.width, height: video.height, frameRate }
}

function audioStatus({ sampleRate, channels }: AudioFacts): Partial<TrackStatus> {
  return { sampleRate, channels }
}
