import type { Clock } from '../contracts/clock.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Recordings } from '../contracts/recordings.ts'
import type { RelayState, RelayStatus, Relays } from '../contracts/relays.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { isViewer } from '../hub/subscriber.ts'
import type { Listener } from './listener-metrics.ts'
import type { MetricsRegistry } from './metrics-registry.ts'
import type { ServerTotals } from './server-totals.ts'
import type { SrtReports } from './srt-metrics.ts'

type AccessResults = Readonly<Record<string, number>>

export type DebugVarsOptions = {
  readonly server: { readonly version: string /** Wall-clock time. */; readonly startedAt: Milliseconds }
  readonly registry: StreamRegistry
  readonly totals: ServerTotals
  readonly rtmp: { readonly listeners: Readonly<Record<string, Listener>> }
  readonly srt: Listener
  readonly srtReports: Pick<SrtReports, 'total'>
  readonly recordings: Pick<Recordings, 'list' | 'of'> & { readonly totals: { readonly failures: number } }
  readonly relays: Relays
  readonly access: { readonly counters: Readonly<Record<'publish' | 'play', AccessResults>> }
  readonly metrics: MetricsRegistry
  readonly clock: Clock
}

type Variables = Readonly<Record<string, unknown>>

/** `GET /debug/vars`: everything that can be measured as one JSON object, first under the names that go-rtmp has. */
export function debugVarsRoutes(options: DebugVarsOptions): HttpRoutes {
  return app => {
    app.get('/debug/vars', async (_request, reply) => {
      const ours = await options.metrics.values()
      return reply.header('Cache-Control', 'no-store').send({ ...goRtmpVariables(options), ...ours })
    })
  }
}

/** @see go-rtmp v0.4.0, internal/rtmp/metrics */
function goRtmpVariables(options: DebugVarsOptions): Variables {
  const { server, registry, relays, clock } = options
  const streams = [...registry.streams].filter(({ publication }) => publication !== undefined)
  const pushes = relays.list().filter(({ direction }) => direction === 'push')
  return {
    rtmp_server_info: { version: server.version, node_version: process.versions.node },
    rtmp_uptime_seconds: wholeSeconds(clock.wall() - server.startedAt),
    ...connectionVariables(options),
    ...mediaVariables(options, streams),
    ...recordingVariables(options),
    ...srtVariables(options),
    rtmp_relay_messages_dropped: sum(pushes, ({ framesDropped }) => framesDropped),
    rtmp_relay_bytes_sent: sum(pushes, ({ bytes }) => bytes),
    rtmp_streams: streams.map(stream => streamVariables(stream, options)),
    rtmp_relay_destinations: pushes.map(relayVariables),
  }
}

function connectionVariables({ rtmp, totals, access }: DebugVarsOptions): Variables {
  const all = Object.values(rtmp.listeners)
  const { publish, play } = access.counters
  return {
    rtmp_connections_active: sum(all, ({ connectionCount }) => connectionCount),
    rtmp_connections_total: sum(all, ({ counters }) => counters.connections),
    rtmp_handshake_failures_total: totals.handshakeFailures,
    rtmp_zombie_connections_total: totals.timeouts,
    rtmp_auth_successes_total: (publish['allowed'] ?? 0) + (play['allowed'] ?? 0),
    rtmp_auth_failures_total: refusals(publish) + refusals(play),
  }
}

function mediaVariables({ registry, totals }: DebugVarsOptions, live: readonly Stream[]): Variables {
  const summaries = live.flatMap(({ publication }) => (publication === undefined ? [] : [publication.summary(0)]))
  const deliveries = [...registry.streams].flatMap(stream => [...stream.deliveryTotals().values()])
  return {
    rtmp_streams_active: live.length,
    rtmp_publishers_active: live.length,
    rtmp_publishers_total: totals.publishers,
    rtmp_subscribers_active: sum(live, viewerCount),
    rtmp_subscribers_total: totals.players,
    rtmp_subscriber_drops_total: totals.framesDropped + sum(deliveries, ({ framesDropped }) => framesDropped),
    rtmp_messages_audio: totals.audioFrames + sum(summaries, ({ audioFrames }) => audioFrames),
    rtmp_messages_video: totals.videoFrames + sum(summaries, ({ videoFrames }) => videoFrames),
    rtmp_bytes_ingested: totals.bytesPublished + sum(summaries, ({ bytes }) => bytes),
    rtmp_bytes_egress: totals.bytesSent + sum(deliveries, ({ bytesSent }) => bytesSent),
  }
}

function recordingVariables({ recordings }: DebugVarsOptions): Variables {
  return {
    rtmp_recordings_active: recordings.list().length,
    rtmp_recording_errors_total: recordings.totals.failures,
  }
}

/** Retransmitted and dropped is counted of what came and of what was sent: go-rtmp has no players over SRT. */
function srtVariables({ srt, srtReports }: DebugVarsOptions): Variables {
  const total = srtReports.total()
  return {
    srt_connections_active: srt.connectionCount,
    srt_connections_total: srt.counters.connections,
    srt_bytes_received: total.byteRecv,
    srt_packets_received: total.pktRecv,
    srt_packets_retransmit: total.pktRcvRetrans + total.pktRetrans,
    srt_packets_dropped: total.pktRcvDrop + total.pktSndDrop,
  }
}

function streamVariables(stream: Stream, { recordings, clock }: DebugVarsOptions): Variables {
  const codecOf = (kind: string): string | undefined => stream.tracks.find(track => track.kind === kind)?.codecLabel
  const [video, audio] = [codecOf('video'), codecOf('audio')]
  return {
    key: stream.name,
    subscribers: viewerCount(stream),
    ...(video !== undefined && { video_codec: video }),
    ...(audio !== undefined && { audio_codec: audio }),
    uptime_seconds: wholeSeconds(clock.wall() - (stream.publication?.info.since ?? clock.wall())),
    recording: recordings.of(stream.name) !== undefined,
  }
}

const relayWords: Readonly<Record<RelayState, string>> = {
  idle: 'disconnected',
  connecting: 'connecting',
  sending: 'connected',
  receiving: 'connected',
  waiting: 'error',
  ended: 'disconnected',
  failed: 'error',
}

function relayVariables({ url, state, framesDropped, bytes, failures, lastError }: RelayStatus): Variables {
  const counts = { messages_dropped: framesDropped, bytes_sent: bytes, reconnect_count: failures }
  return { url, status: relayWords[state], ...counts, ...(lastError !== undefined && { last_error: lastError }) }
}

function viewerCount({ subscribers }: Stream): number {
  return [...subscribers].filter(isViewer).length
}

function refusals(results: AccessResults): number {
  return sum(Object.entries(results), ([result, count]) => (result === 'allowed' ? 0 : count))
}

function wholeSeconds(ms: Milliseconds): number {
  return Math.max(0, Math.floor(ms / 1000))
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
