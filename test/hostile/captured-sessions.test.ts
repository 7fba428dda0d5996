import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, test } from 'vitest'
import { AttackedServer, bystanders } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { seededRandom } from '../support/seeded-bytes.ts'
import { untilConnections } from '../support/server-facts.ts'

const capture = (name: string): Buffer =>
  readFileSync(new URL(`../../src/protocols/rtmp/fixtures/ffmpeg-5.1.9-${name}.bin`, import.meta.url))
const sessions = { publish: capture('publish'), play: capture('play') } as const

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start('--rtmp-idle-timeout', '2s', '--rtmp-handshake-timeout', '2s')
})
afterAll(() => server[Symbol.asyncDispose]())

for (const name of ['publish', 'play'] as const) {
  test(`hostile sessions: a connection reset anywhere in FFmpeg's ${name} session is an end like any other`, async () => {
    // Where the captured session plays, there is something to play.
    await using publisher = name === 'play' ? await publishTest() : undefined
    const others = bystanders + (publisher === undefined ? 0 : 1)
    const session = sessions[name]
    for (let size = 0; size <= session.length; size += size < 4000 ? 97 : 1999) {
      await using client = await RtmpClient.open(server.port)
      client.send(session.subarray(0, size))
      await client.sent()
      await untilConnections(server.process, 'rtmp', others + 1)
      client.reset()
      assert.match(await server.endOf(client), /^RTMP_(CLOSED|PLAY_REFUSED)$/)
    }
  })
}

/** Publishes live/test, which is what the captured client plays. */
async function publishTest(): Promise<RtmpClient> {
  const client = await RtmpClient.connected(server.port)
  const streamId = await client.publish('test')
  client.message({ type: 8, streamId, timestamp: 0, payload: Buffer.from('904f707573', 'hex') })
  return client
}

/** Change, repeat, or leave out some bytes behind the handshake. */
function mutate(session: Buffer, seed: number): Buffer {
  const random = seededRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  let bytes = Buffer.from(session.subarray(0, 3073 + below(session.length - 3072)))
  for (let changes = 1 + below(8); changes > 0; changes--) {
    const at = 3073 + below(Math.max(1, Math.min(bytes.length, 6000) - 3073))
    const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)]
    const kind = below(4)
    if (kind === 0) bytes = Buffer.concat([before, Buffer.of(below(256)), behind.subarray(1)])
    if (kind === 1) bytes = Buffer.concat([before, Buffer.of(below(256)), behind])
    if (kind === 2) bytes = Buffer.concat([before, behind.subarray(below(64))])
    if (kind === 3) bytes = Buffer.concat([before, behind.subarray(0, below(256)), behind])
  }
  return bytes
}

test('hostile sessions: whatever FFmpeg might have said instead, the connection ends with a known code', async () => {
  const codes = new Map<string, number>()
  const perBatch = 25
  for (let batch = 0; batch < 24; batch++) {
    const seeds = Array.from({ length: perBatch }, (_, i) => batch * perBatch + i)
    const ends = seeds.map(async seed => {
      await using client = await RtmpClient.open(server.port)
      client.send(mutate(seed % 4 === 0 ? sessions.play : sessions.publish, seed))
      await client.sent()
      client.end()
      return server.endOf(client)
    })
    for (const code of await Promise.all(ends)) codes.set(code, (codes.get(code) ?? 0) + 1)
  }
  const known = ['RTMP_CLOSED', 'RTMP_PROTOCOL_ERROR', 'RTMP_PLAY_REFUSED', 'RTMP_PUBLISH_REFUSED']
  for (const code of codes.keys()) assert.ok(known.includes(code), code)
  assert.ok((codes.get('RTMP_PROTOCOL_ERROR') ?? 0) > 50, 'mutations must be noticed')
})

test('hostile sessions: nobody else noticed', () => server.assertUnharmed())
