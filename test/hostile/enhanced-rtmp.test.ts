import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { AttackedServer } from '../support/attacked-server.ts'
import { RtmpClient } from '../support/rtmp-client.ts'
import { untilStream } from '../support/server-facts.ts'

let server: AttackedServer
beforeAll(async () => {
  server = await AttackedServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

type Attack = { readonly name: string; readonly type: 8 | 9; readonly body: string }

const video = (name: string, body: string): Attack => ({ name, type: 9, body })
const audio = (name: string, body: string): Attack => ({ name, type: 8, body })

const faults: readonly Attack[] = [
  video('a FourCC cut short', '90 6176'),
  video('multitrack without a track', '96 11 61763031'),
  video('a track longer than its message', '96 11 61763031 00 ffffff 0a01'),
  video('the same track twice', '96 11 61763031 00 000000 00 000000'),
  video('multitrack within multitrack', '96 06 61763031 00'),
  video('a ModEx that says 64 KiB and has 4 bytes', '97 ff ffff 00000000'),
  video('a ModEx chain without end', `97 ${'00 00 07 '.repeat(200)}`),
  video('a nanosecond offset of more than a millisecond', '97 02 ffffff 01 76703039 aa'),
  video('no composition time', '91 68766331 00'),
  audio('an Opus message that is cut short', '91 4f70'),
  audio('an order of 255 channels that names none', '94 4f707573 02 ff'),
  audio('many audio tracks of which the last is cut', '95 11 4f707573 00 000001 fc 01 0000'),
]

for (const { name, type, body } of faults) {
  test(`hostile enhanced rtmp: ${name} ends its connection`, async () => {
    await using client = await RtmpClient.connected(server.port)
    const streamId = await client.publish('attack')
    client.message({ type, streamId, timestamp: 0, payload: bytes(body) })
    await server.assertEnds(client, 'RTMP_PROTOCOL_ERROR')
  })
}

/** A record that lies says nothing of the picture or the sound; the stream goes on without those facts. */
const lies: readonly Attack[] = [
  video('an H.265 record with 65535 parameter sets', `90 68766331 01 ${'ff'.repeat(21)} ff ffff`),
  video('an AV1 record with an OBU longer than itself', '90 61763031 81000c00 0affffffff7f'),
  video('an H.266 record of one byte', '90 76766331 ff'),
  video('a VP9 record that ends early', '90 76703039 01'),
  audio('an Opus header of 255 channels', '90 4f707573 4f7075734865616401ff'),
  audio('FLAC without its signature', '90 664c6143 00000000'),
  audio('an empty AAC record by FourCC', '90 6d703461'),
  video('an unknown FourCC', '90 78797a31 00'),
  video('an unknown packet type', '9f 61763031 00'),
  video('colours that are no AMF', 'd4 61763031 ff'),
]

test('hostile enhanced rtmp: what lies or is unknown stays with its stream', async () => {
  for (const [number, { type, body }] of lies.entries()) {
    await using client = await RtmpClient.connected(server.port)
    const name = `lie-${number}`
    const streamId = await client.publish(name)
    client.message({ type, streamId, timestamp: 0, payload: bytes(body) })
    client.message({ type: 8, streamId, timestamp: 0, payload: bytes('2f fffb9064 00') })
    await untilStream(server.process, `live/${name}`, ({ framesIn }) => framesIn > 0)
    assert.equal(server.hasEnded(client), false)
  }
})

test('hostile enhanced rtmp: a publisher has 64 tracks at most', async () => {
  await using client = await RtmpClient.connected(server.port)
  const streamId = await client.publish('tracks')
  for (let trackId = 0; trackId < 65; trackId++) {
    const payload = bytes(`95 01 4f707573 ${trackId.toString(16).padStart(2, '0')} fc`)
    client.message({ type: 8, streamId, timestamp: trackId, payload })
  }
  await server.assertEnds(client, 'RTMP_PROTOCOL_ERROR')
})

test('hostile enhanced rtmp: capabilities that are none are those of a player that says nothing', async () => {
  const nonsense = [{ fourCcList: 'av01' }, { capsEx: 'all' }, { videoFourCcInfoMap: 7 }, { fourCcList: [null, 1, {}] }]
  for (const fields of nonsense) {
    await using client = await RtmpClient.connected(server.port, 'live', fields)
    const streamId = await client.play('bystander')
    await client.until(() => client.mediaOf(streamId).length > 3)
  }
})

test('hostile enhanced rtmp: nobody else has noticed', async () => {
  await server.assertUnharmed()
})

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
