import type { Clock } from '../contracts/clock.ts'
import type { Metric, MetricSource, Sample } from '../contracts/metrics.ts'
import type { Recordings } from '../contracts/recordings.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'

export type StreamMetricsOptions = {
  readonly registry: StreamRegistry
  readonly recordings: Pick<Recordings, 'of'>
  readonly clock: Clock
}

/** What the streams take in, and what they are. */
export function streamMetrics({ registry, recordings, clock }: StreamMetricsOptions): MetricSource {
  const perStream = perStreamOf(registry)
  return [
    streamCount(registry),
    {
      type: 'counter',
      name: 'sluice_stream_bytes_received_total',
      help: 'Payload bytes that publishers sent',
      ...perStream(stream => stream.bytesIn),
    },
    {
      type: 'counter',
      name: 'sluice_stream_frames_received_total',
      help: 'Frames that publishers sent',
      ...perStream(stream => stream.framesIn),
    },
    {
      type: 'counter',
      name: 'sluice_stream_frames_undecodable_total',
      help: 'Video frames that came before the first key frame and were not let in',
      ...perStream(stream => stream.framesBeforeKey),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_bitrate_bits',
      help: 'Payload bits per second of all tracks, over the last 5 s',
      ...perStream(stream => bitrate(stream, clock.now())),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_frame_rate',
      help: 'Video frames per second, over the last 5 s',
      ...perStream(stream => frameRate(stream, clock.now())),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_keyframe_interval_seconds',
      help: 'Media time between the two newest key frames; absent until there are two',
      ...perStream(({ frames }) => frames.keyFrameInterval && frames.keyFrameInterval / 1000),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_uptime_seconds',
      help: 'Time since the publisher came; absent while there is none',
      ...perStream(({ publication }) => publication && Math.max(0, clock.wall() - publication.info.since) / 1000),
    },
    ...recordingMetrics(registry, recordings),
  ]
}

function recordingMetrics(registry: StreamRegistry, recordings: Pick<Recordings, 'of'>): MetricSource {
  const perStream = perStreamOf(registry)
  return [
    {
      type: 'gauge',
      name: 'sluice_stream_recording_bytes',
      help: 'Size of the recording in progress; absent while there is none',
      ...perStream(stream => recordings.of(stream.name)?.bytesWritten),
    },
    {
      type: 'gauge',
      name: 'sluice_stream_recording_dropped_frames',
      help: 'Frames that the recording in progress lost because the disk was too slow',
      ...perStream(stream => recordings.of(stream.name)?.framesDropped),
    },
  ]
}

function streamCount(registry: StreamRegistry): Metric {
  return {
    type: 'gauge',
    name: 'sluice_streams',
    help: 'Streams: live ones, and ones whose readers wait for the publisher to return',
    labels: ['state'],
    read: () => {
      const streams = [...registry.streams]
      const live = streams.filter(stream => stream.publication !== undefined).length
      return [
        { labels: { state: 'live' }, value: live },
        { labels: { state: 'waiting' }, value: streams.length - live },
      ]
    },
  }
}

/** Of the streams that have a value. */
function perStreamOf(registry: StreamRegistry) {
  const sampleOf = (stream: string, value: number | undefined): Sample<'stream'>[] =>
    value === undefined ? [] : [{ labels: { stream }, value }]
  return (value: (stream: Stream) => number | undefined) => ({
    labels: ['stream'] as const,
    read: () => [...registry.streams].flatMap(stream => sampleOf(stream.name, value(stream))),
  })
}

function bitrate(stream: Stream, now: Milliseconds): number {
  let sum = 0
  for (const { rate } of stream.trackCounters) sum += rate.bitsPerSecond(now)
  return sum
}

function frameRate(stream: Stream, now: Milliseconds): number | undefined {
  const video = [...stream.trackCounters].find(({ track }) => track.kind === 'video')
  return video?.rate.eventsPerSecond(now)
}
