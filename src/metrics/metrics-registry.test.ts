import assert from 'node:assert/strict'
import fastify from 'fastify'
import { Histogram, Registry } from 'prom-client'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { settingsOfAll } from '../../test/support/stream-settings.ts'
import { StreamRegistry } from '../hub/stream-registry.ts'
import type { PeerInfo, Subscriber } from '../hub/subscriber.ts'
import { deliveryMetrics } from './delivery-metrics.ts'
import { type Listener, listenerMetrics } from './listener-metrics.ts'
import { MetricsRegistry } from './metrics-registry.ts'
import { nodeMetrics, processMetrics } from './process-metrics.ts'
import { streamMetrics } from './stream-metrics.ts'

const peer: PeerInfo = { id: 'rtmp-1', protocol: 'rtmp', peer: 'test', since: Date.UTC(2026, 0, 1) }
const listener: Listener = {
  connectionCount: 2,
  counters: { connections: 9, faults: { malformed: 3, unexpected: 0, unsupported: 0, limit: 0, timeout: 1 } },
}

class Fixture {
  readonly clock = new FakeClock()
  readonly registry: StreamRegistry
  readonly #app = fastify()

  constructor() {
    const { clock } = this
    this.registry = new StreamRegistry({
      clock,
      settingsOf: settingsOfAll(),
      wireLinger: 0,
      onConflict: 'reject',
      resumeTimeout: 5000,
    })
    const { registry } = this
    const active = { startedAt: 0, file: 'a.flv', files: 1, bytesWritten: 77, duration: 40, framesDropped: 1 }
    const recordings = { of: (stream: string) => (stream === 'a' ? { ...active, stream } : undefined) }
    const sources = [
      processMetrics({ version: '1.2.3', mergeWindow: () => 20 }),
      listenerMetrics({ rtmp: listener }),
      streamMetrics({ registry, recordings, clock }),
      deliveryMetrics(registry),
    ]
    const metrics = new MetricsRegistry(sources, nodeMetrics())
    void metrics.routes(this.#app)
  }

  publish(name: string) {
    const result = this.registry.publish(name, { info: peer, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  async scrape(): Promise<string> {
    const response = await this.#app.inject('/metrics')
    assert.match(response.headers['content-type'] as string, /^text\/plain; version=0\.0\.4/)
    return response.body
  }
}

function subscriber(protocol: string, bytesSent: number, framesDropped: number, lag = 0): Subscriber {
  return {
    info: { ...peer, protocol },
    counters: { bytesSent, framesDropped, lag },
    wake: () => false,
    publisherLeft: () => undefined,
    publisherReturned: () => undefined,
    end: () => undefined,
  }
}

function assertShows(text: string, ...lines: string[]): void {
  for (const line of lines)
    assert(text.split('\n').includes(line), `${line} is not in:\n${text.match(/^sluice.*$/gm)?.join('\n')}`)
}

test('metrics: the process tells its version and how it copes', async () => {
  const text = await new Fixture().scrape()
  assertShows(
    text,
    `sluice_build_info{version="1.2.3",node="${process.versions.node}"} 1`,
    'sluice_merge_window_seconds 0.02',
  )
  assert.match(text, /^sluice_event_loop_active_seconds_total \d/m)
  assert.match(text, /^process_resident_memory_bytes \d/m)
  for (const percentile of ['50', '99', '100']) {
    assert.match(text, new RegExp(`^sluice_event_loop_delay_seconds\\{percentile="${percentile}"\\} \\d`, 'm'))
  }
})

test('metrics: listeners tell their connections and faults', async () => {
  assertShows(
    await new Fixture().scrape(),
    'sluice_connections{protocol="rtmp"} 2',
    'sluice_connections_total{protocol="rtmp"} 9',
    'sluice_protocol_errors_total{protocol="rtmp",fault="malformed"} 3',
    'sluice_protocol_errors_total{protocol="rtmp",fault="limit"} 0',
  )
})

test('metrics: a stream tells what it takes in', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('a')
  publication.write(videoFrame(-40, false))
  for (let ms = 0; ms < 2000; ms += 40) {
    publication.write(videoFrame(ms, ms % 1000 === 0, 1000))
    publication.write(audioFrame(ms, 100))
    fixture.clock.advance(40)
  }
  assertShows(
    await fixture.scrape(),
    'sluice_streams{state="live"} 1',
    'sluice_streams{state="waiting"} 0',
    'sluice_stream_bytes_received_total{stream="a"} 55000',
    'sluice_stream_frames_received_total{stream="a"} 100',
    'sluice_stream_frames_undecodable_total{stream="a"} 1',
    'sluice_stream_bitrate_bits{stream="a"} 220000',
    'sluice_stream_frame_rate{stream="a"} 25',
    'sluice_stream_keyframe_interval_seconds{stream="a"} 1',
    'sluice_stream_uptime_seconds{stream="a"} 2',
    'sluice_stream_recording_bytes{stream="a"} 77',
    'sluice_stream_recording_dropped_frames{stream="a"} 1',
  )
})

test('metrics: totals do not go back when a reader leaves', async () => {
  const fixture = new Fixture()
  fixture.publish('a')
  const stream = fixture.registry.get('a')
  const leaves = subscriber('rtmp', 1000, 5)
  stream?.subscribe(leaves)
  stream?.subscribe(subscriber('http-flv', 7, 0))
  stream?.unsubscribe(leaves)
  assertShows(
    await fixture.scrape(),
    'sluice_stream_subscribers{stream="a",protocol="rtmp"} 0',
    'sluice_stream_subscribers{stream="a",protocol="http-flv"} 1',
    'sluice_stream_bytes_sent_total{stream="a",protocol="rtmp"} 1000',
    'sluice_stream_bytes_sent_total{stream="a",protocol="http-flv"} 7',
    'sluice_stream_frames_dropped_total{stream="a",protocol="rtmp"} 5',
  )
})

test('metrics: the slowest reader of each protocol is shown for as long as it is there', async () => {
  const fixture = new Fixture()
  fixture.publish('a')
  const stream = fixture.registry.get('a')
  const slowest = subscriber('rtmp', 0, 0, 1500)
  stream?.subscribe(slowest)
  stream?.subscribe(subscriber('rtmp', 0, 0, 40))
  stream?.subscribe(subscriber('srt', 0, 0))
  assertShows(
    await fixture.scrape(),
    'sluice_stream_subscriber_lag_seconds{stream="a",protocol="rtmp"} 1.5',
    'sluice_stream_subscriber_lag_seconds{stream="a",protocol="srt"} 0',
  )
  stream?.unsubscribe(slowest)
  assertShows(await fixture.scrape(), 'sluice_stream_subscriber_lag_seconds{stream="a",protocol="rtmp"} 0.04')
})

test('metrics: a stream that is gone is shown no more', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(videoFrame(1000, true))
  const stream = fixture.registry.get('a')
  const reader = subscriber('rtmp', 1000, 5, 40)
  stream?.subscribe(reader)
  assert.match(await fixture.scrape(), /stream="a"/)
  stream?.unsubscribe(reader)
  publication.close()
  assert.doesNotMatch(await fixture.scrape(), /stream="a"/)
})

test('metrics: the values of a histogram stand under the names of its series', async () => {
  const registry = new Registry()
  const histogram = new Histogram({ name: 'pauses', help: 'Pauses', buckets: [1], registers: [registry] })
  histogram.observe(0.25)
  histogram.observe(0.5)
  const metrics = new MetricsRegistry([], registry)
  const { pauses_sum, pauses_count, pauses } = await metrics.values()
  assert.deepEqual([pauses_sum, pauses_count, pauses], [0.75, 2, undefined])
})
