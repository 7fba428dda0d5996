import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import type { Message } from '../../src/protocols/rtmp/message.ts'
import { AttackedServer } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { metric, untilStream } from '../support/server-facts.ts'

const flags = ['--publish-first-media-timeout', '1s', '--publish-silence-timeout', '2s', '--rtmp-idle-timeout', '1s']
const lag = ['--play-max-lag-size', '4MiB', '--play-send-timeout', '3s']

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

  const before = await metric(server.process, 'process_resident_memory_bytes')
  for (let batch = 0; batch < 100; batch++) await publish(10, 100_000)
  const grown = (await metric(server.process, 'process_resident_memory_bytes')) - before
  assert.ok(grown < 64 * 1024 * 1024, `${grown} bytes of memory for a player that does not read 100 MB`)

  sleeper.setReading(true)
  const wokenAt = frames * 40
  while (newestOf(sleeper) < wokenAt) await publish(10, 1000)
  assertJumpsToKeyFrames(sleeper.mediaOf(1))
  const { subscribers } = await untilStream(server.process, 'live/heavy', () => true)
  assert.equal(subscribers.filter(({ framesDropped }) => framesDropped > 0).length, 1)

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

// After a collection the heap is back where it was, but the allocator keeps some 75 MB of pages that media passed through.
test('hostile deadlines: nobody else noticed', () => server.assertUnharmed(128 * 1024 * 1024))

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
