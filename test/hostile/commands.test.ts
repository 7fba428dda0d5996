import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import type { AmfValue } from '../../src/formats/amf/amf-value.ts'
import { encodeAmf0 } from '../../src/formats/amf/encode-amf0.ts'
import { userControl } from '../../src/protocols/rtmp/user-control.ts'
import { AttackedServer } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

const fault = 'RTMP_PROTOCOL_ERROR'

/** Bodies of AMF0 that are small on the wire and would be large, deep or endless in memory. */
const bombs: readonly { readonly name: string; readonly hex: string }[] = [
  { name: 'objects in objects', hex: '03000161'.repeat(20_000) },
  { name: 'arrays in arrays', hex: '0a00000001'.repeat(20_000) },
  { name: 'an array of 4 billion', hex: '0affffffff' },
  { name: 'an ECMA array of 4 billion', hex: `08ffffffff${'00016105'.repeat(70_000)}` },
  { name: 'a string of 4 GB', hex: '0cffffffff61' },
  { name: 'a reference to nothing', hex: '07ffff' },
  { name: 'arrays that each hold the one before twice', hex: doublingArrays(40) },
  { name: 'an AMF3 array of 256 million', hex: '1109bfffffff01' },
  { name: 'AMF3 objects in objects', hex: '11' + '0a0b01036'.concat('1').repeat(5_000) },
  { name: 'an unknown marker', hex: 'fe' },
]

for (const { name, hex } of bombs) {
  test(`hostile commands: ${name} is a fault in any command`, async () => {
    const argument = Buffer.from(hex, 'hex')
    for (const command of ['createStream', 'publish', 'play', 'whatever']) {
      await using client = await RtmpClient.connected(server.port)
      const payload = Buffer.concat([encodeAmf0(command, 2, null), argument])
      client.message({ type: 20, streamId: 0, timestamp: 0, payload })
      await server.assertEnds(client, fault)
    }
    await using client = await RtmpClient.shakenHands(server.port)
    const payload = Buffer.concat([encodeAmf0('connect', 1), argument])
    client.message({ type: 20, streamId: 0, timestamp: 0, payload })
    await server.assertEnds(client, fault)
  })
}

test('hostile commands: each command cut anywhere is a fault, or what is left of it is obeyed', async () => {
  const commands: readonly (readonly AmfValue[])[] = [
    ['connect', 1, { app: 'live', tcUrl: 'rtmp://host/live' }],
    ['createStream', 2, null],
    ['publish', 3, null, 'key', 'live'],
    ['play', 3, null, 'key', -2, -1, true],
    ['pause', 3, null, true, 0],
    ['deleteStream', 3, null, 1],
    ['FCUnpublish', 3, null, 'key'],
  ]
  for (const values of commands) {
    const whole = encodeAmf0(...values)
    const ends = Array.from({ length: whole.length }, async (_, size) => {
      await using client = await openFor(values[0])
      client.message({ type: 20, streamId: 1, timestamp: 0, payload: whole.subarray(0, size) })
      client.end()
      return server.endOf(client)
    })
    const codes = new Set(await Promise.all(ends))
    assert.ok(codes.has(fault))
    for (const code of codes) assert.match(code, /^RTMP_(PROTOCOL_ERROR|CLOSED|PUBLISH_REFUSED|PLAY_REFUSED)$/)
  }
})

test('hostile commands: out of turn they are faults', async () => {
  for (const name of ['createStream', 'publish', 'play', 'releaseStream']) {
    await using client = await RtmpClient.shakenHands(server.port)
    client.command(0, name, null, 'key')
    await server.assertEnds(client, fault)
  }
  for (const [streamId, name] of [
    [0, 'publish'],
    [99, 'publish'],
    [99, 'play'],
    [0, 'connect'],
  ] as const) {
    await using client = await RtmpClient.connected(server.port)
    client.command(streamId, name, null, 'key')
    await server.assertEnds(client, fault)
  }
})

for (const { app, key } of [
  { app: '', key: '' },
  { app: 'live', key: '..' },
  { app: 'live', key: '../../etc/passwd' },
  { app: 'live', key: 'a b' },
  { app: 'live', key: 'näme' },
  { app: 'live', key: '\u0000' },
  { app: 'live', key: 'a'.repeat(300) },
  { app: 'a/b/c/d', key: 'e/f/g/h/i' },
]) {
  test(`hostile commands: ${JSON.stringify(`${app}/${key.slice(0, 20)}`)} is no name to publish or play`, async () => {
    await using publisher = await RtmpClient.connected(server.port, app)
    publisher.command(await publisher.createStream(), 'publish', null, key, 'live')
    await publisher.status('NetStream.Publish.BadName')
    await server.assertEnds(publisher, 'RTMP_PUBLISH_REFUSED')

    await using player = await RtmpClient.connected(server.port, app)
    player.command(await player.createStream(), 'play', null, key)
    await player.status('NetStream.Play.StreamNotFound')
    await server.assertEnds(player, 'RTMP_PLAY_REFUSED')
  })
}

test('hostile commands: an occupied name is refused, however often', async () => {
  const attackers = Array.from({ length: 50 }, async () => {
    await using client = await RtmpClient.connected(server.port)
    client.command(await client.createStream(), 'publish', null, 'bystander', 'live')
    await client.status('NetStream.Publish.BadName')
    await server.assertEnds(client, 'RTMP_PUBLISH_REFUSED')
  })
  await Promise.all(attackers)
})

test('hostile commands: ten thousand pings are answered', async () => {
  await using client = await RtmpClient.connected(server.port)
  for (let timestamp = 0; timestamp < 10_000; timestamp++)
    client.message(userControl({ type: 'pingRequest', timestamp }))
  await client.until(() => client.messages.filter(({ type }) => type === 4).length === 10_000)
  client.end()
  await server.assertEnds(client, 'RTMP_CLOSED')
})

test('hostile commands: a peer that asks and asks and reads no answer is ended', async () => {
  await using client = await RtmpClient.connected(server.port)
  client.setReading(false)
  const call = encodeAmf0('getStreamLength', 9, null)
  while (!client.isClosed) {
    for (let i = 0; i < 5_000; i++) client.message({ type: 20, streamId: 0, timestamp: 0, payload: call })
    await client.sent()
  }
  await server.assertEnds(client, fault)
})

test('hostile commands: nobody else noticed', () => server.assertUnharmed())

/** A strict array of `count` arrays, each of two references to its predecessor. Source: AMF0 §2.9, §2.12. */
function doublingArrays(count: number): string {
  const index = (i: number): string => i.toString(16).padStart(4, '0')
  // The outermost array is reference 0, the first inner one 1.
  const doubled = Array.from({ length: count - 1 }, (_, i) => `0a0000000207${index(i + 1)}07${index(i + 1)}`)
  return `0a${count.toString(16).padStart(8, '0')}0a0000000105${doubled.join('')}`
}

/** A client that is as far as it must be to send the command. */
async function openFor(command: AmfValue | undefined): Promise<RtmpClient> {
  if (command === 'connect') return RtmpClient.shakenHands(server.port)
  const client = await RtmpClient.connected(server.port)
  if (command !== 'createStream') await client.createStream()
  return client
}
