import type { StreamStatus } from '../api/sluice-api.ts'

export type StreamsOverview = {
  readonly live: number
  readonly waiting: number
  readonly viewers: number
  /** Bits per second that come in, all streams together. */
  readonly bitrate: number
}

export function summarize(streams: readonly StreamStatus[]): StreamsOverview {
  const live = streams.filter(stream => stream.state === 'live')
  return {
    live: live.length,
    waiting: streams.length - live.length,
    viewers: sum(streams.map(stream => stream.viewerCount)),
    bitrate: sum(live.map(stream => stream.bitrate)),
  }
}

/** The streams whose name contains `text`: live ones first, then by name, so that rows do not jump between polls. */
export function selectStreams(streams: readonly StreamStatus[], text: string): readonly StreamStatus[] {
  const wanted = text.trim().toLowerCase()
  return streams.filter(stream => stream.name.toLowerCase().includes(wanted)).toSorted(byStateThenName)
}

function byStateThenName(a: StreamStatus, b: StreamStatus): number {
  if (a.state !== b.state) return a.state === 'live' ? -1 : 1
  return a.name.localeCompare(b.name, 'en', { numeric: true })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
