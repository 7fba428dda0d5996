import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { AttackedServer } from '../support/attacked-server.ts'
import { heldMemory } from '../support/held-memory.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { untilStream } from '../support/server-facts.ts'

const flags = ['--publish-first-media-timeout', '1s', '--publish-silence-timeout', '2s', '--rtmp-idle-timeout', '1s']
const lag = ['--play-max-lag-size', '4MiB']

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start(...flags, ...lag)
})
afterAll(() => server[Symbol.asyncDispose]())

/** A video message: sequence header, or a picture of `size` bytes. Source: FLV 10.1 §E.4.3. */
function video(streamId: number, kind: 'config' | 'key' | 'inter', timestamp: number, size = 11): Message {
  const head = { config: '1700000000', key: '1701000000', inter: '2701000000' }[kind]
  return { type: 9, streamId, timestamp, payload: Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(size, 1)]) }
}

test('hostile deadlines: a publisher that never sends media times out', async () => {
  await using client = await RtmpClient.connected(server.port)
  await client.publish('nothing')
  await server.assertEnds(client, 'RTMP_TIMEOUT')
})

test('hostile deadlines: a publisher that falls silent times out, and players are told', async () => {
  await using client = await RtmpClient.connected(server.port)
  const streamId = await client.publish('silent')
  client.message(video(streamId, 'config', 0))
  client.message(video(streamId, 'key', 0))
  await using player = await RtmpClient.connected(server.port)
  await player.play('silent')
  await server.assertEnds(client, 'RTMP_TIMEOUT')
  await player.status('NetStream.Play.Stop')
  await server.assertEnds(player, 'RTMP_CLOSED')
})

test('hostile deadlines: a connection that neither publishes nor plays times out', async () => {
  await using client = await RtmpClient.connected(server.port)
  await client.createStream()
  await server.assertEnds(client, 'RTMP_TIMEOUT')
})

test('hostile deadlines: a player that stops reading delays nobody, costs little, and goes on at a key frame', async () => {
  await using publisher = await RtmpClient.connected(server.port)
  const publishing = await publisher.publish('heavy')
  publisher.message(video(publishing, 'config', 0))
  await using reader = await RtmpClient.connected(server.port)
  await using sleeper = await RtmpClient.connected(server.port)
  let frames = 0
  const publish = async (count: number, size: number): Promise<void> => {
    for (const end = frames + count; frames < end; frames++) {
      publisher.message(video(publishing, frames % 10 === 0 ? 'key' : 'inter', frames * 40, size))
    }
    if (reader.messages.length > 0 && frames > 20) await reader.until(() => newestOf(reader) >= (frames - 1) * 40)
  }
  await publish(1, 1000)
  for (const client of [reader, sleeper]) assert.equal(await client.play('heavy'), 1)
  for (let batch = 0; batch < 10; batch++) await publish(10, 100_000)
  await sleeper.until(() => newestOf(sleeper) > 0)
  sleeper.setReading(false)

  const before = await heldMemory(server.process)
  for (let batch = 0; batch < 40; batch++) await publish(10, 100_000)
  const grown = (await heldMemory(server.process)) - before
  assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes more are held for a player that does not read 40 MB`)

  sleeper.setReading(true)
  const wokenAt = frames * 40
  while (newestOf(sleeper) < wokenAt) await publish(10, 1000)
  assertJumpsToKeyFrames(sleeper.mediaOf(1))
  const { subscribers } = await untilStream(server.process, 'live/heavy', () => true)
  assert.equal(subscribers.filter(({ framesDropped }) => framesDropped > 0).length, 1)

  await allowToSleep('live/heavy', '2s')
  sleeper.setReading(false)
  for (let batch = 0; batch < 15; batch++) await publish(10, 100_000)
  while (!server.hasEnded(sleeper)) await publish(10, 1000)
  assert.equal(await server.endOf(sleeper), 'RTMP_TIMEOUT')
  // The sequence header comes first.
  assert.deepEqual(
    reader
      .mediaOf(1)
      .slice(1)
      .map(({ timestamp }) => timestamp),
    Array.from({ length: frames }, (_, i) => i * 40),
  )
})

test('hostile deadlines: nobody else noticed', () => server.assertUnharmed())

/** End players of the stream who have taken nothing for so long. */
async function allowToSleep(stream: string, sendTimeout: string): Promise<void> {
  const body = JSON.stringify({ settings: { sendTimeout } })
  const headers = { 'Content-Type': 'application/json' }
  const { status } = await fetch(server.process.httpUrl(`/api/v1/streams/${stream}`), { method: 'PUT', headers, body })
  assert.equal(status, 201)
}

/** Time of the newest message of its first message stream. */
function newestOf(player: RtmpClient): number {
  return player.mediaOf(1).at(-1)?.timestamp ?? 0
}

/** There are gaps, and behind each comes a sequence header or a key frame. */
function assertJumpsToKeyFrames(media: readonly Message[]): void {
  const behindGaps = media.filter(({ timestamp }, i) => i > 0 && timestamp - (media[i - 1]?.timestamp ?? 0) > 40)
  assert.ok(behindGaps.length > 0, 'nothing was skipped')
  for (const { payload } of behindGaps) assert.equal(payload[0], 0x17)
}
