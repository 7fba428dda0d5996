import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { KeptLog } from '../../../test/support/kept-log.ts'
import { playSettingsOfAll, publishSettingsOfAll } from '../../../test/support/path-settings.ts'
import { pollUntil } from '../../../test/support/polling.ts'
import { RtmpClient } from '../../../test/support/rtmp-client.ts'
import { settingsOfAll } from '../../../test/support/stream-settings.ts'
import { loadConfig } from '../../config/load-config.ts'
import { defineSection } from '../../config/section.ts'
import type { AmfObject } from '../../formats/amf/amf-value.ts'
import { StreamRegistry } from '../../hub/stream-registry.ts'
import { FormatsByChunkSize } from '../../protocols/rtmp/formats-by-chunk-size.ts'
import { rtmpConfig } from './config.ts'
import { RtmpServer } from './rtmp-server.ts'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly #server: RtmpServer
  port = 0

  private constructor(argv: readonly string[]) {
    const { clock, log } = this
    const sources = { argv: [...argv], env: {}, readFile: () => undefined }
    const { config } = loadConfig(defineSection('Test', { rtmp: rtmpConfig }), sources)
    const hub = { settingsOf: settingsOfAll(), wireLinger: 1000, resumeTimeout: 0 }
    this.#server = new RtmpServer({
      formats: new FormatsByChunkSize(),
      trustedProxies: () => [],
      ...{ config: config.rtmp, playSettings: playSettingsOfAll(), publishSettings: publishSettingsOfAll() },
      readWindow: () => ({ current: 0 }),
      registry: new StreamRegistry({ clock, ...hub, onConflict: 'reject' }),
      authorizer: { authorize: async () => ({ isAllowed: true }) },
      ...{ clock, log, events: { emit: () => undefined } },
    })
  }

  static async listen(...argv: readonly string[]): Promise<Fixture> {
    const fixture = new Fixture(argv)
    fixture.port = (await fixture.#server.listen({ host: '127.0.0.1', port: 0 })).port
    return fixture
  }

  async publisher(): Promise<Publisher> {
    const client = await RtmpClient.connected(this.port)
    return new Publisher(client, await client.publish('test'))
  }

  async connected(fields: AmfObject): Promise<RtmpClient> {
    return RtmpClient.connected(this.port, 'live', fields)
  }

  async player(fields: AmfObject): Promise<RtmpClient> {
    const client = await this.connected(fields)
    await client.play('test')
    return client
  }

  get server(): RtmpServer {
    return this.#server
  }

  /** What the line of the log with this code says, when it is there. */
  async logged(code: string): Promise<string> {
    return pollUntil(code, async () => this.log.lines.find(line => line.code === code)?.message)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
  }
}

class Publisher {
  readonly #client: RtmpClient
  readonly #streamId: number

  constructor(client: RtmpClient, streamId: number) {
    this.#client = client
    this.#streamId = streamId
  }

  /** Send messages, all of one time, and wait until the server has read them. */
  async send(timestamp: number, ...messages: readonly (readonly [type: 8 | 9, body: string])[]): Promise<void> {
    for (const [type, body] of messages) {
      const payload = Buffer.from(body.replaceAll(' ', ''), 'hex')
      this.#client.message({ type, streamId: this.#streamId, timestamp, payload })
    }
    await this.#client.call('_checkbw', null)
  }
}

const aac = [8, 'af00 1190'] as const
const sound = [8, 'af01 21'] as const
const av1 = [9, '90 61763031 81000c00'] as const
const picture = [9, '91 61763031 0a01ff'] as const

const media = (client: RtmpClient): string[] =>
  client.mediaOf(1).map(({ type, payload }) => `${type} ${Buffer.from(payload).toString('hex')}`)
const sent = (...messages: readonly (readonly [number, string])[]): string[] =>
  messages.map(([type, body]) => `${type} ${body.replaceAll(' ', '')}`)

async function received(fixture: Fixture, client: RtmpClient, count: number): Promise<string[]> {
  fixture.clock.advance(0)
  await client.until(() => client.mediaOf(1).length >= count)
  return media(client)
}

/** As FFmpeg plays. */
const ffmpeg = { flashVer: 'LNX 9,0,124,2' }

for (const fields of [{ fourCcList: ['av01'] }, { videoFourCcInfoMap: { '*': 4 } }, ffmpeg]) {
  test(`rtmp players: one that says ${JSON.stringify(fields)} gets AV1 as it was sent`, async () => {
    await using fixture = await Fixture.listen()
    const publisher = await fixture.publisher()
    await publisher.send(0, av1, aac, picture, sound)
    await using player = await fixture.player(fields)
    assert.deepEqual(await received(fixture, player, 4), sent(av1, picture, aac, sound))
  })
}

for (const [fields, argv] of [
  [{ fourCcList: ['hvc1', 'Opus'] }, []],
  [{ videoFourCcInfoMap: { av01: 2 } }, []],
  [{}, []],
  [ffmpeg, ['--rtmp-undeclared-players', 'legacy']],
] as const) {
  test(`rtmp players: one that says ${JSON.stringify(fields)} is told that it cannot play AV1 ${argv.join(' ')}`, async () => {
    await using fixture = await Fixture.listen(...argv)
    const publisher = await fixture.publisher()
    await publisher.send(0, av1, aac, picture, sound)
    await using player = await fixture.connected(fields)
    player.command(await player.createStream(), 'play', null, 'test')
    await player.status('NetStream.Play.Failed')
    await player.closed()
    const message = await fixture.logged('RTMP_PLAY_REFUSED')
    const reason = 'its video is AV1, which the player has not announced'
    assert.equal(message, `Connection closed: Play of "live/test" refused: ${reason}`)
    assert.deepEqual(media(player), [])
  })
}

test('rtmp players: H.265 goes by its old codec id to those from before Enhanced RTMP', async () => {
  await using fixture = await Fixture.listen('--rtmp-undeclared-players', 'legacy')
  const publisher = await fixture.publisher()
  await publisher.send(0, [9, '90 68766331 01aa'], [9, '91 68766331 000028 bb'])
  await using player = await fixture.player({})
  assert.deepEqual(await received(fixture, player, 2), sent([9, '1c 00 000000 01aa'], [9, '1c 01 000028 bb']))
})

test('rtmp players: a track that comes later and cannot be played is left out', async () => {
  await using fixture = await Fixture.listen()
  const publisher = await fixture.publisher()
  await publisher.send(0, aac, sound)
  await using player = await fixture.player({ fourCcList: [] })
  fixture.clock.advance(3000)
  await publisher.send(3000, sound)
  await publisher.send(3020, av1, picture)
  await publisher.send(3040, sound)
  fixture.clock.advance(2000)
  await publisher.send(5000, sound)
  const seen = await received(fixture, player, 4)
  assert.deepEqual([...new Set(seen)], sent(aac, sound))
  assert.match(await fixture.logged('RTMP_TRACK_LEFT_OUT'), /its video is AV1/)
})

test('rtmp players: one that waits for a codec that it cannot play is told so', async () => {
  await using fixture = await Fixture.listen()
  const publisher = await fixture.publisher()
  await using player = await fixture.player({ fourCcList: ['hvc1'] })
  await publisher.send(0, av1, picture)
  await publisher.send(1000, picture)
  fixture.clock.advance(1000)
  await player.status('NetStream.Play.Failed')
  await player.closed()
  assert.deepEqual(media(player), [])
  assert.match(await fixture.logged('RTMP_PLAY_FAILED'), /its video is AV1/)
})

/** Two pictures and three sounds, in the three multitrack forms. */
const multitrack = [
  [9, '90 61766331 01aa'],
  [9, '96 10 76703039 01 000001 01 02 000001 02'],
  [8, '95 20 6d703461 00 000002 1190 4f707573 01 000001 4f'],
] as const
const frames = [
  [9, '96 21 61766331 00 000004 000028 bb 76703039 01 000001 cc'],
  [8, '95 21 6d703461 00 000001 21 4f707573 01 000001 fc'],
  [9, 'a7 02 0001f4 06 01 76703039 02 dd'],
] as const

test('rtmp players: those with multitrack get every track, as a message of its own', async () => {
  await using fixture = await Fixture.listen()
  const publisher = await fixture.publisher()
  await publisher.send(0, ...multitrack, ...frames)
  await using player = await fixture.player({ fourCcList: ['*'], capsEx: 14 })
  const seen = await received(fixture, player, 7)
  const isFrame = (message: string): boolean => sent(...expected).includes(message)
  const expected = [
    [9, '91 61766331 000028 bb'],
    [9, '96 01 76703039 01 cc'],
    [8, '91 6d703461 21'],
    [8, '95 01 4f707573 01 fc'],
  ] as const
  assert.deepEqual(seen.filter(isFrame), sent(...expected))
  assert.ok(seen.includes('9 9600767030390101'))
})

test('rtmp players: those without multitrack get the first track of each kind', async () => {
  await using fixture = await Fixture.listen()
  const publisher = await fixture.publisher()
  await publisher.send(0, ...multitrack, ...frames)
  await using player = await fixture.player({})
  const seen = await received(fixture, player, 4)
  assert.deepEqual(seen, sent([9, '17 00 000000 01aa'], [9, '17 01 000028 bb'], aac, sound))
})

test('rtmp reconnect: only peers that can are asked, and told where to', async () => {
  await using fixture = await Fixture.listen()
  await using able = await fixture.connected({ capsEx: 1 })
  await using unable = await fixture.connected({})
  const all = fixture.server.request({ url: '/other', connection: undefined })
  assert.deepEqual(all, { ok: true, connections: ['rtmp-1'] })
  await able.status('NetConnection.Connect.ReconnectRequest')
  assert.equal(able.info('NetConnection.Connect.ReconnectRequest')?.['tcUrl'], '/other')
  const one = (connection: string) => fixture.server.request({ url: undefined, connection })
  assert.deepEqual(one('rtmp-1'), { ok: true, connections: ['rtmp-1'] })
  assert.deepEqual(one('rtmp-2'), { ok: false, reason: 'not-capable' })
  assert.deepEqual(one('rtmp-3'), { ok: false, reason: 'no-connection' })
  await unable.call('_checkbw', null)
  assert.ok(!unable.statuses.includes('NetConnection.Connect.ReconnectRequest'))
})

test('rtmp reconnect: a server that stops waits for those it has sent away, but not for long', async () => {
  await using fixture = await Fixture.listen('--rtmp-reconnect-url', 'rtmp://other/live')
  await using leaves = await fixture.connected({ capsEx: 1 })
  await using stays = await fixture.connected({ capsEx: 1 })
  let isOver = false
  const sentAway = fixture.server.sendAway().then(() => {
    isOver = true
  })
  for (const client of [leaves, stays]) await client.status('NetConnection.Connect.ReconnectRequest')
  assert.equal(leaves.info('NetConnection.Connect.ReconnectRequest')?.['tcUrl'], 'rtmp://other/live')
  await leaves[Symbol.asyncDispose]()
  await stays.call('_checkbw', null)
  assert.equal(isOver, false)
  fixture.clock.advance(2000)
  await sentAway
})

test('rtmp reconnect: a server that has nowhere to send peers asks nobody', async () => {
  await using fixture = await Fixture.listen()
  await using able = await fixture.connected({ capsEx: 1 })
  await fixture.server.sendAway()
  await able.call('_checkbw', null)
  assert.deepEqual(able.statuses, [])
})
