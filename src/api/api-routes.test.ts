import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import { apiOptions } from '../../test/support/api-options.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { perfectPath } from '../../test/support/lossy-path.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { SrtLink } from '../../test/support/srt-link.ts'
import type { ActiveRecording } from '../contracts/recordings.ts'
import type { RelayStatus } from '../contracts/relays.ts'
import type { RequestError } from '../core/errors.ts'
import { noTsFaults, type TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import type { PeerInfo, Subscriber } from '../hub/subscriber.ts'
import type { SrtReport } from '../protocols/srt/statistics.ts'
import { apiRoutes } from './api-routes.ts'
import type { StreamDetail } from './stream-schema.ts'

const encoderPeer: PeerInfo = { id: 'rtmp-1', protocol: 'rtmp', peer: '192.0.2.1:4000', since: Date.UTC(2026, 0, 1) }

const recording: Omit<ActiveRecording, 'stream'> = {
  ...{ startedAt: 0, file: 'x.flv', files: 1, bytesWritten: 1, duration: 40, framesDropped: 0 },
}

class Fixture {
  readonly clock = new FakeClock()
  readonly recorded = new Set<string>()
  relays: readonly RelayStatus[] = []
  /** By connection. */
  readonly srt = new Map<string, SrtReport>()
  readonly faults = new Map<string, TsFaults>()
  readonly registry: StreamRegistry
  readonly #app = bareApi()

  constructor() {
    const options = apiOptions({
      clock: this.clock,
      relays: { list: () => this.relays },
      srtReports: { of: connection => this.srt.get(connection) },
      faultReports: { of: connection => this.faults.get(connection) },
      recordings: {
        of: stream => (this.recorded.has(stream) ? { ...recording, stream } : undefined),
        list: () => [],
        start: () => ({ ok: false, reason: 'not-live' }),
        stop: async () => ({ ok: false, reason: 'not-recorded' }),
      },
    })
    this.registry = options.registry
    this.#app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
      reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
    )
    this.#app.register(async app => apiRoutes(options)(app))
  }

  publish(name: string) {
    const result = this.registry.publish(name, { info: encoderPeer, onEnd: () => undefined })
    assert(result.ok)
    return result.publication
  }

  async get(url: string): Promise<{ status: number; body: unknown }> {
    const response = await this.#app.inject(url)
    return { status: response.statusCode, body: response.json() }
  }
}

function viewer(): Subscriber {
  return {
    info: { id: 'http-7', protocol: 'http-flv', peer: '192.0.2.9:5000', since: Date.UTC(2026, 0, 1, 0, 0, 3) },
    counters: { bytesSent: 4096, framesDropped: 2, lag: 40.4 },
    wake: () => false,
    publisherLeft: () => undefined,
    publisherReturned: () => undefined,
    end: () => undefined,
  }
}

test('api: a server without streams lists none', async () => {
  assert.deepEqual(await new Fixture().get('/api/v1/streams'), { status: 200, body: { items: [], next: null } })
})

test('api: a live stream tells what it carries, from whom and how fast', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('live/test')
  publication.encoder = 'obs'
  for (let ms = 0; ms < 3000; ms += 40) {
    publication.write(videoFrame(ms, ms % 1000 === 0, 1000))
    publication.write(audioFrame(ms, 100))
    fixture.clock.advance(40)
  }
  fixture.registry.get('live/test')?.subscribe(viewer())
  fixture.recorded.add('live/test')

  const { status, body } = await fixture.get('/api/v1/streams/live/test/status')
  assert.equal(status, 200)
  assert.deepEqual(body, {
    name: 'live/test',
    state: 'live',
    startedAt: '2026-01-01T00:00:00.000Z',
    uptimeSeconds: 3,
    publisher: { id: 'rtmp-1', protocol: 'rtmp', peer: '192.0.2.1:4000', encoder: 'obs' },
    tracks: [
      {
        id: 0,
        kind: 'video',
        index: 0,
        codec: 'H.264',
        codecString: 'avc1.64001f',
        width: 1280,
        height: 720,
        frameRate: 25,
        bitrate: 200_000,
      },
      {
        id: 1,
        kind: 'audio',
        index: 0,
        codec: 'AAC',
        codecString: 'mp4a.40.2',
        sampleRate: 44_100,
        channels: 2,
        bitrate: 20_000,
      },
    ],
    bitrate: 220_000,
    subscriberCount: 1,
    viewerCount: 1,
    bytesIn: 82_500,
    framesIn: 150,
    recording: true,
    title: null,
    tags: [],
    outputsOff: [],
    subscribers: [
      {
        id: 'http-7',
        protocol: 'http-flv',
        peer: '192.0.2.9:5000',
        startedAt: '2026-01-01T00:00:03.000Z',
        isViewer: true,
        bytesSent: 4096,
        framesDropped: 2,
        lagMs: 40,
      },
    ],
    relays: [],
  })
})

test('api: a stream whose readers wait for its publisher says so', async () => {
  const fixture = new Fixture()
  const publication = fixture.publish('a')
  fixture.registry.get('a')?.subscribe(viewer())
  publication.close()
  const { body } = await fixture.get('/api/v1/streams')
  const [item] = (body as { items: Record<string, unknown>[] }).items
  assert.equal(item?.['state'], 'waiting')
  assert.equal(item?.['startedAt'], null)
  assert.equal(item?.['uptimeSeconds'], 0)
  assert.equal(item?.['publisher'], null)
  assert.deepEqual(item?.['tracks'], [])
})

test('api: the declared frame rate stands in until one is measured', async () => {
  const fixture = new Fixture()
  fixture.publish('a').write(videoFrame(0, true))
  const { body } = await fixture.get('/api/v1/streams/a/status')
  assert.equal((body as { tracks: { frameRate: number }[] }).tracks[0]?.frameRate, 25)
})

test('api: streams are listed by name, without their readers', async () => {
  const fixture = new Fixture()
  for (const name of ['b', 'a/z', 'a']) fixture.publish(name)
  const { body } = await fixture.get('/api/v1/streams')
  const { items } = body as { items: { name: string }[] }
  assert.deepEqual(
    items.map(({ name }) => name),
    ['a', 'a/z', 'b'],
  )
  assert(items.every(item => !('subscribers' in item)))
})

test('api: a name may be percent-encoded, once', async () => {
  const fixture = new Fixture()
  fixture.publish('live/te~st')
  assert.equal((await fixture.get('/api/v1/streams/live%2Fte%7Est/status')).status, 200)
  assert.equal((await fixture.get('/api/v1/streams/live%252Fte~st/status')).status, 400)
})

test('api: an unknown stream is 404, a name that cannot be is 400', async () => {
  const fixture = new Fixture()
  assert.equal((await fixture.get('/api/v1/streams/nobody/status')).status, 404)
  for (const name of ['', 'a//b', 'a%00', '1/2/3/4/5/6/7/8/9']) {
    assert.equal((await fixture.get(`/api/v1/streams/${name}/status`)).status, 400, name)
  }
})

test('api: the server tells its version, start and ports', async () => {
  const fixture = new Fixture()
  fixture.clock.advance(90_500)
  const { body } = await fixture.get('/api/v1/server')
  assert.deepEqual(body, {
    name: 'sluice',
    version: '1.2.3',
    startedAt: '2026-01-01T00:00:00.000Z',
    uptimeSeconds: 90,
    ports: { http: 8080, https: null, rtmp: null, rtmps: null, srt: null },
    node: process.versions.node,
    config: {
      ...{ reloads: 2, failures: 1, lastReloadAt: '2026-01-01T00:00:00.000Z', problem: 'Unknown key a' },
      needsRestart: ['rtmp.listen'],
    },
  })
})

const push: RelayStatus = {
  ...{ direction: 'push', stream: 'a', url: 'rtmp://host/live/…', state: 'waiting', since: Date.UTC(2026, 0, 1) },
  ...{ destination: 1, lastError: 'Cannot connect', failures: 2, retryIn: 1234.5, bytes: 10, framesDropped: 1 },
  tracksLeftOut: ['AV1'],
}

test('api: relays are listed, with the stream that they belong to or without one', async () => {
  const fixture = new Fixture()
  fixture.relays = [push, { ...push, stream: undefined, state: 'idle', lastError: undefined, retryIn: undefined }]
  const { body } = await fixture.get('/api/v1/relays')
  const { items } = body as { items: Record<string, unknown>[] }
  assert.deepEqual(items[0], {
    ...{
      direction: 'push',
      stream: 'a',
      url: 'rtmp://host/live/…',
      destination: 1,
      state: 'waiting',
      since: '2026-01-01T00:00:00.000Z',
    },
    ...{ lastError: 'Cannot connect', failures: 2, retryInMs: 1235, bytes: 10, framesDropped: 1 },
    tracksLeftOut: ['AV1'],
  })
  assert.deepEqual([items[1]?.['stream'], items[1]?.['lastError'], items[1]?.['retryInMs']], [null, null, null])
  fixture.publish('a')
  const stream = (await fixture.get('/api/v1/streams/a/status')).body as { relays: unknown[] }
  assert.deepEqual(stream.relays, [items[0]])
})

test('api: publisher and readers tell how their SRT connections are, and what is published its faults', async () => {
  const fixture = new Fixture()
  fixture.publish('live/test')
  const report = new SrtLink(perfectPath).caller.session.report(0)
  const [received, sent] = [
    { ...report, pktRecv: 7, msRTT: 12.34 },
    { ...report, pktSent: 9, pktRetrans: 2 },
  ]
  fixture.srt.set('rtmp-1', received)
  fixture.faults.set('rtmp-1', { ...noTsFaults, continuityErrors: 3 })
  fixture.registry.get('live/test')?.subscribe(viewer())
  fixture.srt.set('http-7', sent)

  const { body } = await fixture.get('/api/v1/streams/live/test/status')
  const { publisher, subscribers } = body as StreamDetail
  assert.deepEqual(publisher?.srt, received)
  assert.deepEqual(publisher?.faults, { ...noTsFaults, continuityErrors: 3 })
  assert.deepEqual(subscribers[0]?.srt, sent)
  const list = await fixture.get('/api/v1/streams')
  assert.deepEqual((list.body as { items: StreamDetail[] }).items[0]?.publisher?.srt, received)
})
