import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { afterEach, test, vi } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { RtmpClient } from '../../test/support/rtmp-client.ts'
import { loadConfig } from '../config/load-config.ts'
import { AdaptiveWindows } from './adaptive-windows.ts'
import { type App, startApp } from './app.ts'
import { type AppConfig, appConfig } from './config.ts'
import { mergeSettings, readWindowOf, streamSettings } from './stream-settings.ts'
import { SystemClock } from './system-clock.ts'

afterEach(() => void vi.restoreAllMocks())

const avcHeader = Buffer.from(
  '17000000000142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8',
  'hex',
)
const keyFrame = Buffer.from('1701000000000000026588', 'hex')
const interFrame = Buffer.from('2701000000000000024188', 'hex')

function configOf(file: string): AppConfig {
  const argv = ['--rtmp-listen', '127.0.0.1:0', '--srt-listen=', '--http-listen=', '--log-level=error']
  return loadConfig(appConfig, { argv, env: {}, readFile: path => (path === 'sluice.yaml' ? file : undefined) }).config
}

/** A server with that configuration, and how to speak to it. */
async function start(file: string): Promise<App & AsyncDisposable & { client(): Promise<RtmpClient> }> {
  const app = await startApp({ config: configOf(file), log: new KeptLog(), clock: new SystemClock() })
  const client = (): Promise<RtmpClient> => RtmpClient.connected(app.ports.rtmp ?? 0)
  return { ...app, client, [Symbol.asyncDispose]: () => app.close() }
}

function video(client: RtmpClient, streamId: number, timestamp: number, payload: Uint8Array): void {
  client.message({ type: 9, streamId, timestamp, payload })
}

/** Values of the protocol control messages of one type, in order. */
function controls(client: RtmpClient, type: number): number[] {
  const messages = client.messages.filter(message => message.type === type)
  return messages.map(({ payload }) => Buffer.from(payload).readUInt32BE(0))
}

test('settings: chunk size and window of a player are those of its path', async () => {
  await using server = await start('paths: { live/small: { chunkSize: 256, outAckSize: 5000 } }')
  await using publisher = await server.client()
  const streamId = await publisher.publish('small')
  video(publisher, streamId, 0, avcHeader)
  video(publisher, streamId, 0, Buffer.concat([keyFrame, Buffer.alloc(5000)]))
  await using player = await server.client()
  assert.deepEqual([player.serverChunkSize, controls(player, 5)], [60_000, [2_500_000]])
  const played = await player.play('small')
  await player.until(() => player.mediaOf(played).length === 2)
  assert.deepEqual([player.serverChunkSize, controls(player, 5)], [256, [2_500_000, 5000]])
  assert.equal(player.mediaOf(played)[1]?.payload.length, keyFrame.length + 5000)
})

test('settings: a publisher that announces no window is acknowledged as its path says', async () => {
  await using server = await start('publish: { inAckSize: 0 }\npaths: { live/often: { inAckSize: 2KiB } }')
  await using publisher = await server.client()
  const streamId = await publisher.publish('often')
  for (let i = 0; i < 5; i++) video(publisher, streamId, i, Buffer.concat([keyFrame, Buffer.alloc(1000)]))
  await publisher.until(() => controls(publisher, 3).length > 0)
  await using silent = await server.client()
  const other = await silent.publish('other')
  for (let i = 0; i < 5; i++) video(silent, other, i, Buffer.concat([keyFrame, Buffer.alloc(1000)]))
  await silent.call('_checkbw', null)
  assert.deepEqual(controls(silent, 3), [])
})

test("settings: a path's players start at 0, others at the time of the stream", async () => {
  await using server = await start('paths: { live/zero: { startAtZero: true } }')
  for (const { key, times } of [
    { key: 'zero', times: [0, 0, 40] },
    { key: 'plain', times: [90_000, 90_000, 90_040] },
  ]) {
    await using publisher = await server.client()
    const streamId = await publisher.publish(key)
    video(publisher, streamId, 90_000, avcHeader)
    video(publisher, streamId, 90_000, keyFrame)
    await using player = await server.client()
    const played = await player.play(key)
    await player.until(() => player.mediaOf(played).length === 2)
    video(publisher, streamId, 90_040, interFrame)
    await player.until(() => player.mediaOf(played).length === 3)
    assert.deepEqual(
      player.mediaOf(played).map(({ timestamp }) => timestamp),
      times,
    )
  }
})

test('settings: a small write waits for no acknowledgement where the path says so', async () => {
  await using server = await start('paths: { live/quick: { noDelay: true } }')
  const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay')
  const said = (): unknown[] => {
    const { calls, contexts } = setNoDelay.mock
    return calls.flatMap(([isSet], i) => ((contexts[i] as Socket).localPort === server.ports.rtmp ? [isSet] : []))
  }
  for (const [key, isSet] of [
    ['quick', true],
    ['plain', false],
  ] as const) {
    await using publisher = await server.client()
    const streamId = await publisher.publish(key)
    video(publisher, streamId, 0, keyFrame)
    await using player = await server.client()
    await player.play(key)
    assert.equal(said().at(-1), isSet, key)
  }
})

test('settings: merged reads neither lose nor reorder what a publisher sends', async () => {
  await using server = await start('publish: { mergedReads: on, mergedReadWindow: 30ms }')
  await using publisher = await server.client()
  const streamId = await publisher.publish('test')
  video(publisher, streamId, 0, avcHeader)
  await using player = await server.client()
  const played = await player.play('test')
  for (let time = 0; time < 400; time += 4) {
    video(publisher, streamId, time, time === 0 ? keyFrame : Buffer.concat([interFrame, Buffer.alloc(2000)]))
    await publisher.sent()
  }
  await player.until(() => player.mediaOf(played).length === 101)
  const times = player.mediaOf(played).map(({ timestamp }) => timestamp)
  assert.deepEqual(
    times.slice(1),
    Array.from({ length: 100 }, (_, i) => i * 4),
  )
})

function settingsOf(file: string) {
  const { play, publish } = configOf(file)
  const windows = new AdaptiveWindows(new FakeClock())
  return { play, publish, windows, hub: streamSettings(play, publish, windows) }
}

test('settings: what the hub is told of a stream', () => {
  const { hub } = settingsOf(`
play: { gopCache: off, gopCacheMaxFrames: 0, gopCacheMaxSize: 1MiB, gopCacheMaxDuration: 5s, maxLag: 2s,
  maxLagSize: 2MiB, mergeWindowShortest: 20ms, mergeWindowLongest: 100ms, mergeWindowFrames: 8, sendMinInterval: 5ms }
publish: { noViewersTimeout: 1m }
`)
  assert.deepEqual(hub, {
    limits: { gopBytes: 1048576, gopTime: 5000, gopFrames: Number.POSITIVE_INFINITY, lagBytes: 2097152, lagTime: 2000 },
    merge: { window: { current: 20, options: { shortest: 20, longest: 100 } }, frames: 8, longest: 100 },
    hasGopCache: false,
    sendInterval: 5,
    secureSendInterval: 25,
    unwatchedTimeout: 60_000,
  })
})

test('settings: minLatency merges neither writes nor reads, whatever else is said', () => {
  const file = 'play: { minLatency: true, mergeWindowFrames: 8 }\npublish: { mergedReads: on }'
  const { play, publish, windows, hub } = settingsOf(file)
  assert.deepEqual([hub.merge.window.current, hub.merge.frames, hub.merge.longest], [0, 0, 0])
  assert.equal(hub.secureSendInterval, 0)
  assert.equal(readWindowOf(play, publish, windows).current, 0)
})

for (const { mergedReads, shortest, longest } of [
  { mergedReads: 'off', shortest: 0, longest: 0 },
  { mergedReads: 'auto', shortest: 0, longest: 200 },
  { mergedReads: 'on', shortest: 200, longest: 200 },
]) {
  test(`settings: with merged reads ${mergedReads} a publisher rests for ${shortest} to ${longest} ms`, () => {
    const { play, publish, windows } = settingsOf(`publish: { mergedReads: ${mergedReads}, mergedReadWindow: 200ms }`)
    assert.equal(readWindowOf(play, publish, windows), windows.of({ shortest, longest }))
  })
}

test('settings: streams with the same bounds share one window', () => {
  const { play, windows, hub } = settingsOf('play: {}')
  assert.equal(mergeSettings(play, windows).window, hub.merge.window)
})
