import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { HeldAuthorizer } from '../../../test/support/held-authorizer.ts'
import { type KeptLine, KeptLog } from '../../../test/support/kept-log.ts'
import { playSettingsOfAll, publishSettingsOfAll } from '../../../test/support/path-settings.ts'
import { pollUntil } from '../../../test/support/polling.ts'
import { RtmpClient } from '../../../test/support/rtmp-client.ts'
import { settingsOfAll } from '../../../test/support/stream-settings.ts'
import { loadConfig } from '../../config/load-config.ts'
import { defineSection } from '../../config/section.ts'
import { StreamRegistry } from '../../hub/stream-registry.ts'
import { FormatsByChunkSize } from '../../protocols/rtmp/formats-by-chunk-size.ts'
import { rtmpConfig } from './config.ts'
import { RtmpServer } from './rtmp-server.ts'

const refused = { isAllowed: false, refusal: 'wrong', reason: 'the token is wrong' } as const

/** AAC sequence header and one frame, as FLV tags have them. */
const audio = ['af001190', 'af01112233'].map(hex => new Uint8Array(Buffer.from(hex, 'hex')))

class Fixture {
  readonly authorizer = new HeldAuthorizer()
  readonly log = new KeptLog()
  readonly faults: string[] = []
  readonly registry: StreamRegistry
  readonly #server: RtmpServer
  port = 0

  private constructor() {
    const clock = new FakeClock()
    const { config } = loadConfig(defineSection('Test', { rtmp: rtmpConfig }), {
      argv: [],
      env: {},
      readFile: () => undefined,
    })
    const hub = { settingsOf: settingsOfAll(), wireLinger: 1000, resumeTimeout: 0 }
    this.registry = new StreamRegistry({ clock, ...hub, onConflict: 'reject' })
    this.#server = new RtmpServer({
      formats: new FormatsByChunkSize(),
      trustedProxies: () => [],
      config: config.rtmp,
      playSettings: playSettingsOfAll(),
      publishSettings: publishSettingsOfAll(),
      readWindow: () => ({ current: 0 }),
      registry: this.registry,
      authorizer: this.authorizer,
      clock,
      log: this.log,
      events: { emit: () => undefined },
      onInternalFault: ({ part, name, connection }) => void this.faults.push(`${part} ${name} ${connection}`),
    })
  }

  static async listen(): Promise<Fixture> {
    const fixture = new Fixture()
    fixture.port = (await fixture.#server.listen({ host: '127.0.0.1', port: 0 })).port
    return fixture
  }

  /** A publisher that has asked, and waits. */
  async publisher(): Promise<{ client: RtmpClient; streamId: number }> {
    const client = await RtmpClient.connected(this.port, 'live?user=eva')
    const streamId = await client.createStream()
    client.command(streamId, 'publish', null, 'test?pass=secret', 'live')
    await this.untilAsked()
    return { client, streamId }
  }

  async untilAsked(): Promise<void> {
    await pollUntil('the question', async () => (this.authorizer.asked.length > 0 ? true : undefined))
  }

  /** How the server says that the connection ended. */
  async ending(): Promise<string> {
    const isEnding = ({ message }: KeptLine): boolean => message.startsWith('Connection closed: ')
    const line = await pollUntil('the end', async () => this.log.lines.find(isEnding))
    return `${line.code} ${line.message}`
  }

  get frames(): number {
    return this.registry.get('live/test')?.framesIn ?? 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}

test('rtmp access: the question holds what both queries and connect say', async () => {
  await using fixture = await Fixture.listen()
  const { client } = await fixture.publisher()
  const { port, connection, ...request } = fixture.authorizer.asked[0]?.request ?? assert.fail()
  assert.deepEqual(request, {
    action: 'publish',
    stream: 'live/test',
    protocol: 'rtmp',
    address: '127.0.0.1',
    credentials: {},
    query: 'user=eva&pass=secret',
    url: 'rtmp://127.0.0.1/live',
    userAgent: 'test',
  })
  assert.deepEqual([connection, `127.0.0.1:${port}`], ['rtmp-1', client.peer])
  await client[Symbol.asyncDispose]()
})

test('rtmp access: media that comes before the verdict is kept for it', async () => {
  await using fixture = await Fixture.listen()
  const { client, streamId } = await fixture.publisher()
  for (const [i, payload] of audio.entries()) client.message({ type: 8, streamId, timestamp: 20 * i, payload })
  await client.call('_checkbw', null)
  assert.equal(fixture.frames, 0)
  fixture.authorizer.decide({ isAllowed: true })
  await client.status('NetStream.Publish.Start')
  assert.equal(fixture.frames, 1)
  await client[Symbol.asyncDispose]()
})

test('rtmp access: more media before the verdict than is kept ends the connection', async () => {
  await using fixture = await Fixture.listen()
  const { client, streamId } = await fixture.publisher()
  const payload = new Uint8Array(1024 * 1024)
  for (let i = 0; i < 5; i++) client.message({ type: 9, streamId, timestamp: i, payload })
  await client.closed()
  assert.match(await fixture.ending(), /^RTMP_PROTOCOL_ERROR /)
  assert.equal(fixture.authorizer.asked[0]?.signal.aborted, true)
})

test('rtmp access: malformed media before the verdict ends the connection after it', async () => {
  await using fixture = await Fixture.listen()
  const { client, streamId } = await fixture.publisher()
  client.message({ type: 9, streamId, timestamp: 0, payload: new Uint8Array([0x17]) })
  await client.call('_checkbw', null)
  fixture.authorizer.decide({ isAllowed: true })
  await client.closed()
  assert.match(await fixture.ending(), /^RTMP_PROTOCOL_ERROR /)
})

test('rtmp: media that makes the server throw ends the connection, before the verdict and behind it', async () => {
  for (const isEarly of [true, false]) {
    await using fixture = await Fixture.listen()
    fixture.registry.observe({
      onTrack: () => {
        throw new TypeError('no such thing')
      },
    })
    const { client, streamId } = await fixture.publisher()
    const send = (): void => {
      for (const [i, payload] of audio.entries()) client.message({ type: 8, streamId, timestamp: 20 * i, payload })
    }
    if (isEarly) send()
    await client.call('_checkbw', null)
    fixture.authorizer.decide({ isAllowed: true })
    if (!isEarly) {
      await client.status('NetStream.Publish.Start')
      send()
    }
    await client.closed()
    assert.equal(await fixture.ending(), 'RTMP_FAILED Connection closed: The server has failed to read on')
    assert.deepEqual(fixture.faults, ['connection rtmp rtmp-1'])
    assert.equal(fixture.registry.getLive('live/test'), undefined)
  }
})

test('rtmp access: a refused publisher is told why by an error, and its media is dropped', async () => {
  await using fixture = await Fixture.listen()
  const { client, streamId } = await fixture.publisher()
  for (const payload of audio) client.message({ type: 8, streamId, timestamp: 0, payload })
  fixture.authorizer.decide(refused)
  await client.status('NetStream.Publish.Denied')
  await client.closed()
  assert.equal(fixture.registry.get('live/test'), undefined)
  assert.match(await fixture.ending(), /Publish of "live\/test" refused: the token is wrong$/)
})

test('rtmp access: a refused player is told so, whether the stream is there or not', async () => {
  await using fixture = await Fixture.listen()
  await using client = await RtmpClient.connected(fixture.port)
  client.command(await client.createStream(), 'play', null, 'nothing?wait=10s')
  await fixture.untilAsked()
  fixture.authorizer.decide(refused)
  await client.status('NetStream.Play.Failed')
  await client.closed()
})

test('rtmp access: who leaves before the verdict ends the question', async () => {
  await using fixture = await Fixture.listen()
  const { client } = await fixture.publisher()
  await client[Symbol.asyncDispose]()
  const { signal } = fixture.authorizer.asked[0] ?? assert.fail()
  await pollUntil('the end of the question', async () => (signal.aborted ? true : undefined))
  fixture.authorizer.decide({ isAllowed: true })
  await new Promise(setImmediate)
  assert.equal(fixture.registry.get('live/test'), undefined)
})

test('rtmp access: who takes its publish back before the verdict does not publish', async () => {
  await using fixture = await Fixture.listen()
  const { client } = await fixture.publisher()
  await client.call('FCUnpublish', null, 'test?pass=secret')
  fixture.authorizer.decide({ isAllowed: true })
  await client.call('_checkbw', null)
  assert.deepEqual(client.statuses, [])
  assert.equal(fixture.registry.get('live/test'), undefined)
  await client[Symbol.asyncDispose]()
})
