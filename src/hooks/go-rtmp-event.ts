import type { ServerEvent, StampedEvent } from '../contracts/events.ts'
import { splitEvent } from './event-json.ts'
import { goRtmpNames } from './event-names.ts'

/** An event as go-rtmp tells it. What it has no words for keeps ours. */
export type GoRtmpEvent = {
  readonly type: string
  /** Whole seconds since the Unix epoch. */
  readonly timestamp: number
  readonly conn_id?: string
  readonly stream_key?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** @see go-rtmp v0.4.0, internal/rtmp/server/hooks */
export function goRtmpEvent(stamped: StampedEvent): GoRtmpEvent {
  const { event } = stamped
  const { stream, connection } = splitEvent(stamped)
  const data = goRtmpData(event) ?? splitEvent(stamped).data
  return {
    type: goRtmpNames[event.type],
    timestamp: Math.floor(stamped.time / 1000),
    ...(connection !== undefined && { conn_id: connection }),
    ...(stream !== undefined && { stream_key: stream }),
    ...(Object.keys(data).length > 0 && { data }),
  }
}

/** Its variables, for scripts: the type, the time, and every field of the data in capitals. */
export function goRtmpVariables(stamped: StampedEvent): Readonly<Record<string, string>> {
  const { type, timestamp, conn_id = '', stream_key = '', data = {} } = goRtmpEvent(stamped)
  const variables: Record<string, string> = {
    RTMP_EVENT_TYPE: type,
    RTMP_TIMESTAMP: String(timestamp),
    RTMP_CONN_ID: conn_id,
    RTMP_STREAM_KEY: stream_key,
  }
  for (const [key, value] of Object.entries(data)) {
    variables[`RTMP_${key.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`] = String(value)
  }
  return variables
}

function goRtmpData(event: ServerEvent): Readonly<Record<string, unknown>> | undefined {
  switch (event.type) {
    case 'connection.opened':
    case 'connection.handshaken':
      return { remote_addr: event.peer, tls: event.protocol === 'rtmps' }
    case 'connection.closed':
      return { remote_addr: event.peer, duration_sec: seconds(event.durationMs) }
    case 'publish.started':
      return { app: appOf(event.stream), publishing_name: keyOf(event.stream) }
    case 'publish.stopped':
      return {
        audio_packets: event.audioFrames,
        video_packets: event.videoFrames,
        total_bytes: event.bytes,
        audio_codec: event.audioCodec ?? '',
        video_codec: event.videoCodec ?? '',
        duration_sec: seconds(event.durationMs),
      }
    case 'play.started':
      return { app: appOf(event.stream) }
    case 'play.stopped':
      return { duration_sec: seconds(event.durationMs) }
    case 'auth.failed':
      return { action: event.action, error: event.reason }
    default:
      return undefined
  }
}

function appOf(stream: string): string {
  return stream.slice(0, Math.max(0, stream.lastIndexOf('/')))
}

function keyOf(stream: string): string {
  return stream.slice(stream.lastIndexOf('/') + 1)
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000
}
