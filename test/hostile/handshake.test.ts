import { afterAll, beforeAll, test } from 'vitest'
import { AttackedServer } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { seededBytes } from '../support/seeded-bytes.ts'

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start('--rtmp-handshake-timeout', '1s')
})
afterAll(() => server[Symbol.asyncDispose]())

async function attack(code: string, ...openings: readonly Uint8Array[]): Promise<void> {
  await Promise.all(
    openings.map(async opening => {
      await using client = await RtmpClient.open(server.port)
      client.send(opening)
      await server.assertEnds(client, code)
    }),
  )
}

test('hostile handshake: another version, or another protocol, is a fault at its first byte', async () => {
  const versions = [0, 1, 2, 4, 6, 8, 255].map(version => Uint8Array.of(version))
  const others = ['GET / HTTP/1.1\r\n\r\n', 'OPTIONS * RTSP/1.0\r\n\r\n', '\x16\x03\x01\x02\0\x01'].map(text =>
    Buffer.from(text),
  )
  await attack('RTMP_PROTOCOL_ERROR', ...versions, ...others)
})

test('hostile handshake: garbage is a fault', async () => {
  const garbage = [1, 2, 3, 4, 5].map(seed => seededBytes(seed, 1_000_000))
  await attack('RTMP_PROTOCOL_ERROR', ...garbage)
})

test('hostile handshake: garbage behind a handshake is a fault', async () => {
  const garbage = [1, 2, 3, 4, 5].map(seed => seededBytes(seed, 1_000_000).fill(3, 0, 1))
  await attack('RTMP_PROTOCOL_ERROR', ...garbage)
})

test('hostile handshake: one that stalls anywhere times out', async () => {
  const whole = Buffer.alloc(1 + 2 * 1536).fill(3, 0, 1)
  const cuts = [0, 1, 2, 768, 1536, 1537, 1538, 3072, 3073]
  await attack('RTMP_TIMEOUT', ...cuts.map(size => whole.subarray(0, size)))
})

test('hostile handshake: two hundred connections that say nothing time out', async () => {
  await attack('RTMP_TIMEOUT', ...Array.from({ length: 200 }, () => new Uint8Array(0)))
})

test('hostile handshake: nobody else noticed', () => server.assertUnharmed())
