import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { AttackedServer } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start('--rtmp-idle-timeout', '6s', '--rtmp-max-buffered-size', '4MiB')
})
afterAll(() => server[Symbol.asyncDispose]())

const longest = 0xffffff
const fault = 'RTMP_PROTOCOL_ERROR'

/** Type 0 header of a video message that announces `length` bytes, behind a basic header of one to three bytes. */
function announcement(chunkStreamId: number, length: number, type = 9): Buffer {
  const id = chunkStreamId - 64
  const basic = chunkStreamId < 64 ? [chunkStreamId] : chunkStreamId < 320 ? [0, id] : [1, id & 0xff, id >> 8]
  const header = Buffer.alloc(11)
  header.writeUIntBE(length, 3, 3)
  header[6] = type
  return Buffer.concat([Buffer.from(basic), header])
}

/** A control message in one chunk. */
function control(type: number, hex: string): Buffer {
  const body = Buffer.from(hex, 'hex')
  return Buffer.concat([announcement(2, body.length, type), body])
}

/** Connect many times, send the same, and see how the server ends each. */
async function attack(code: string, bytes: Uint8Array, times = 5): Promise<void> {
  const attackers = Array.from({ length: times }, async () => {
    await using client = await RtmpClient.connected(server.port)
    client.send(bytes)
    await server.assertEnds(client, code)
  })
  await Promise.all(attackers)
}

test('hostile chunks: messages of 16 MB begun on many chunk streams are a fault at the memory bound', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => 4 + i)
  // The client's chunk size is 60 000, so the next chunk stream follows behind as many bytes.
  const begun = ids.flatMap(id => [announcement(id, longest), Buffer.alloc(60_000)])
  await attack(fault, Buffer.concat(begun))
})

test('hostile chunks: 16 MB announced and never sent are let be until the connection has idled too long', async () => {
  await using client = await RtmpClient.shakenHands(server.port)
  await client.call('connect', { app: 'live' })
  client.send(control(1, '00000001'))
  for (let id = 10; id < 60; id++) client.send(Buffer.concat([announcement(id, longest), Buffer.alloc(1)]))
  await server.assertEnds(client, 'RTMP_TIMEOUT')
})

test('hostile chunks: more chunk streams than a connection may have are a fault', async () => {
  const bytes = Buffer.concat(Array.from({ length: 100 }, (_, i) => announcement(4 + i, 0)))
  await attack(fault, bytes)
  await attack(fault, Buffer.concat(Array.from({ length: 100 }, (_, i) => announcement(65_599 - i, 0))))
})

test('hostile chunks: a chunk that continues nothing is a fault', async () => {
  for (const hex of ['c7', '87000000', 'c1ffff']) await attack(fault, Buffer.from(hex, 'hex'), 2)
})

test('hostile chunks: a new message before the old one is whole is a fault', async () => {
  const first = Buffer.concat([announcement(7, 100_000), Buffer.alloc(60_000)])
  await attack(fault, Buffer.concat([first, announcement(7, 1)]))
})

test('hostile chunks: a chunk size of 0, or cut short, is a fault', async () => {
  for (const hex of ['00000000', '80000000', '0000', '']) await attack(fault, control(1, hex), 2)
})

test('hostile chunks: other control messages cut short are faults', async () => {
  for (const type of [2, 3, 4, 5, 6]) await attack(fault, control(type, '00'), 1)
})

test('hostile chunks: the smallest and the largest chunk size work', async () => {
  for (const size of ['00000001', '7fffffff']) {
    await using client = await RtmpClient.connected(server.port)
    client.send(control(1, size))
    const ping = Buffer.from('000600000007', 'hex')
    const chunks =
      size === '7fffffff' ? [ping] : [...ping].map((byte, i) => Buffer.from(i === 0 ? [byte] : [0xc2, byte]))
    client.send(Buffer.concat([announcement(2, ping.length, 4), ...chunks]))
    await client.until(() => client.messages.some(({ type, payload }) => type === 4 && payload[1] === 7))
    client.end()
    await server.assertEnds(client, 'RTMP_CLOSED')
  }
})

test('hostile chunks: a flood of tiny messages is read, or ended, and holds up nobody', async () => {
  const flood = Buffer.concat(
    Array.from({ length: 200_000 }, () => Buffer.from('0a00000000000109000000000' + '0', 'hex')),
  )
  const attackers = Array.from({ length: 4 }, async () => {
    await using client = await RtmpClient.connected(server.port)
    client.send(flood)
    client.end()
    return server.endOf(client)
  })
  assert.deepEqual(new Set(await Promise.all(attackers)), new Set(['RTMP_CLOSED']))
})

test('hostile chunks: nobody else noticed', () => server.assertUnharmed())
