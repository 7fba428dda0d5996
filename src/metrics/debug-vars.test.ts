import assert from 'node:assert/strict'
import fastify from 'fastify'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import type { RelayStatus } from '../contracts/relays.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { PeerInfo, Subscriber } from '../hub/subscriber.ts'
import { zeroStatistics } from '../protocols/srt/statistics.ts'
import { debugVarsRoutes } from './debug-vars.ts'
import { deliveryMetrics } from './delivery-metrics.ts'
import { MetricsRegistry } from './metrics-registry.ts'
import { ServerTotals } from './server-totals.ts'

const who = { connection: 'rtmp-9', protocol: 'rtmp', peer: '192.0.2.1:5000' }
const info: PeerInfo = { id: 'rtmp-1', protocol: 'rtmp', peer: '192.0.2.1:4000', since: Date.UTC(2026, 0, 1) }

const relay: RelayStatus = {
  ...{ direction: 'push', stream: 'live/a', url: 'rtmp://host/app/…', state: 'sending', since: 0, bytes: 70 },
  ...{ destination: 1, lastError: undefined, failures: 2, retryIn: undefined, framesDropped: 3, tracksLeftOut: [] },
}

class Fixture {
  readonly clock = new FakeClock()
  readonly totals = new ServerTotals()
  readonly registry: StreamRegistry
  readonly srt = zeroStatistics()
  readonly #app = fastify()

  constructor() {
    const { clock, totals } = this
    const settings = { settingsOf: settingsOfAll(), wireLinger: 0, resumeTimeout: 0 }
    this.registry = new StreamRegistry({ clock, onConflict: 'reject', ...settings })
    this.registry.observe(totals)
    const { registry } = this
    const faults = { malformed: 0, unexpected: 0, unsupported: 0, limit: 0, timeout: 0 }
    const listener = { connectionCount: 2, counters: { connections: 5, faults } }
    const counters = { publish: { allowed: 3, wrong: 1 }, play: { allowed: 4, missing: 2, blocked: 1 } }
    const recordings = { list: () => [], of: () => undefined, totals: { failures: 6 } }
    void debugVarsRoutes({
      ...{ registry, totals, clock, recordings },
      server: { version: '1.2.3', startedAt: clock.wall() },
      rtmp: { listeners: { rtmp: listener, rtmps: listener } },
      srt: { connectionCount: 1, counters: { connections: 3, faults } },
      srtReports: { total: () => this.srt },
      relays: { list: () => [relay, { ...relay, direction: 'pull' }] },
      access: { counters },
      metrics: new MetricsRegistry([deliveryMetrics(registry)]),
    })(this.#app)
  }

  async read(): Promise<Record<string, unknown>> {
    const response = await this.#app.inject('/debug/vars')
    assert.match(String(response.headers['content-type']), /^application\/json/)
    return response.json()
  }
}

function reader(bytesSent: number, framesDropped: number): Subscriber {
  const ignore = (): void => undefined
  const counters = { bytesSent, framesDropped, lag: 0 }
  return { info, counters, wake: () => false, publisherLeft: ignore, publisherReturned: ignore, end: ignore }
}

test('debug vars: the names of go-rtmp, and its facts', async () => {
  const fixture = new Fixture()
  const { registry, totals, clock } = fixture
  const result = registry.publish('live/a', { info, onEnd: () => undefined })
  assert(result.ok)
  result.publication.write(videoFrame(0, true, 100))
  result.publication.write(audioFrame(0, 10))
  registry.get('live/a')?.subscribe(reader(1000, 7))
  clock.advance(2500)
  totals.observe(stamped(publishStarted()))
  totals.observe(stamped(publishStopped()))
  totals.observe(stamped({ type: 'connection.opened', ...who }))
  const closed = { ...who, url: '', reason: '', durationMs: 1, bytesReceived: 1, bytesSent: 1 }
  totals.observe(stamped({ type: 'connection.closed', code: 'RTMP_TIMEOUT', ...closed }))
  const { rtmp_streams, rtmp_relay_destinations, rtmp_server_info, ...variables } = await fixture.read()
  const { bytes } = result.publication.summary(0)
  const expected: Record<string, unknown> = {
    rtmp_uptime_seconds: 2,
    ...{ rtmp_connections_active: 4, rtmp_connections_total: 10 },
    ...{ rtmp_streams_active: 1, rtmp_publishers_active: 1, rtmp_publishers_total: 1 },
    ...{ rtmp_subscribers_active: 1, rtmp_subscribers_total: 0, rtmp_subscriber_drops_total: 7 },
    ...{ rtmp_recordings_active: 0, rtmp_recording_errors_total: 6 },
    ...{ rtmp_auth_successes_total: 7, rtmp_auth_failures_total: 4 },
    ...{ rtmp_messages_audio: 11, rtmp_messages_video: 21, rtmp_bytes_ingested: 3000 + bytes },
    ...{ rtmp_bytes_egress: 1000, rtmp_handshake_failures_total: 1, rtmp_zombie_connections_total: 1 },
    ...{ rtmp_relay_messages_dropped: 3, rtmp_relay_bytes_sent: 70 },
  }
  for (const [name, value] of Object.entries(expected)) assert.equal(variables[name], value, name)
  const codecs = { video_codec: 'H.264', audio_codec: 'AAC' }
  assert.deepEqual(rtmp_streams, [{ key: 'live/a', subscribers: 1, ...codecs, uptime_seconds: 2, recording: false }])
  assert.deepEqual(rtmp_relay_destinations, [
    { url: 'rtmp://host/app/…', status: 'connected', messages_dropped: 3, bytes_sent: 70, reconnect_count: 2 },
  ])
  assert.deepEqual(rtmp_server_info, { version: '1.2.3', node_version: process.versions.node })
})

test('debug vars: the names of go-rtmp for SRT', async () => {
  const fixture = new Fixture()
  Object.assign(fixture.srt, {
    pktRecv: 10,
    byteRecv: 13_600,
    pktRcvRetrans: 3,
    pktRcvDrop: 1,
    pktRetrans: 20,
    pktSndDrop: 5,
  })
  const { totals } = fixture
  const caller = { connection: 'srt-1', protocol: 'srt', peer: '192.0.2.1:5000' }
  totals.observe(stamped({ type: 'connection.opened', ...caller }))
  const closed = { ...caller, url: '', reason: '', durationMs: 1, bytesReceived: 1, bytesSent: 1 }
  totals.observe(stamped({ type: 'connection.closed', code: 'SRT_PUBLISH_REFUSED', ...closed }))
  const variables = await fixture.read()
  assert.equal(variables['rtmp_handshake_failures_total'], 0)
  const srt = Object.fromEntries(Object.entries(variables).filter(([name]) => name.startsWith('srt_')))
  assert.deepEqual(srt, {
    ...{ srt_connections_active: 1, srt_connections_total: 3, srt_bytes_received: 13_600, srt_packets_received: 10 },
    ...{ srt_packets_retransmit: 23, srt_packets_dropped: 6 },
  })
})

test('debug vars: what Prometheus is told stands there too, by its own names', async () => {
  const fixture = new Fixture()
  assert(fixture.registry.publish('live/a', { info, onEnd: () => undefined }).ok)
  fixture.registry.get('live/a')?.subscribe(reader(1000, 7))
  const { sluice_stream_bytes_sent_total } = await fixture.read()
  assert.deepEqual(sluice_stream_bytes_sent_total, [{ stream: 'live/a', protocol: 'rtmp', value: 1000 }])
})

test('debug vars: totals do not go back when a stream goes', async () => {
  const fixture = new Fixture()
  assert(fixture.registry.publish('live/a', { info, onEnd: () => undefined }).ok)
  fixture.registry.get('live/a')?.subscribe(reader(1000, 7))
  fixture.registry.close('shutdown')
  const { rtmp_bytes_egress, rtmp_subscriber_drops_total, rtmp_streams } = await fixture.read()
  assert.deepEqual([rtmp_bytes_egress, rtmp_subscriber_drops_total, rtmp_streams], [1000, 7, []])
})
