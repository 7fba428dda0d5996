import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { encodeControlPacket, type OutgoingControl } from '../../src/protocols/srt/control-packet.ts'
import { type DataPacket, encodeDataPacket } from '../../src/protocols/srt/data-packet.ts'
import { encodeKeyMaterial } from '../../src/protocols/srt/key-material.ts'
import { isControlPacket, writeWord } from '../../src/protocols/srt/packet.ts'
import { createKeyMaterial } from '../../src/protocols/srt/payload-keys.ts'
import { rejectReasons } from '../../src/protocols/srt/reject-reason.ts'
import { AttackedSrtServer } from '../support/attacked-srt-server.ts'
import { seededBytes, seededRandom } from '../support/seeded-bytes.ts'
import { logLines } from '../support/server-facts.ts'
import { answerOf, SrtClient } from '../support/srt-client.ts'

const passphrase = 'correct-horse-battery'

const flags = [
  ...['--srt-passphrase', passphrase, '--srt-encryption', 'optional', '--play-send-timeout', '2s'],
  // Else only ten guesses of an address would be looked at.
  ...['--auth-failures-limit', '0'],
]

let server: AttackedSrtServer
beforeAll(async () => {
  server = await AttackedSrtServer.start(passphrase, ...flags)
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends in portions that the server's socket has room for. */
async function flood(client: SrtClient, packets: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < packets.length; at += 100) {
    client.send(...packets.slice(at, at + 100))
    await client.seen()
  }
}

/** The session is there and ends only when its peer leaves. Returns the line of the log. */
async function assertLives(client: SrtClient): Promise<string> {
  assert.equal(server.endsOf(client).length, 0)
  client.shutdown()
  assert.equal(await server.endOf(client), 'SRT_CLOSED')
  const [end] = server.endsOf(client)
  assert.equal(end?.msg, 'Connection closed: Peer closed')
  return JSON.stringify(end)
}

const data = (destination: number, differences: Partial<DataPacket>): Uint8Array => {
  const packet: DataPacket = {
    sequence: 1000,
    message: 1,
    key: 'none',
    isRetransmitted: false,
    timestamp: 0,
    payload: nullPackets,
  }
  return encodeDataPacket({ ...packet, ...differences }, destination)
}

/** A payload of transport stream that says nothing. Source: ISO/IEC 13818-1 §2.4.3.3, null packets. */
const nullPackets = Buffer.concat(
  Array.from({ length: 7 }, () => Buffer.alloc(188, 0xff).fill(Buffer.from('471fff10', 'hex'), 0, 4)),
)

/** Every type but shutdown, and some that are none. */
const controlTypes = [0, 1, 2, 3, 4, 6, 7, 8, 9, 0x1234, 0x7fff]

for (const role of ['publish:live/a', 'read:live/bystander']) {
  test(`hostile SRT sessions: control packets of any size and content do not end one (${role})`, async () => {
    await using client = await SrtClient.connected(server.port, role)
    const packets = controlTypes.flatMap(type =>
      [...Array.from({ length: 60 }, (_, size) => size), 1456, 1457, 9000].map(size => {
        const packet = seededBytes(type * 64 + size, 16 + size)
        writeWord(packet, 0, 0x8000_0000 + type * 0x1_0000 + (size % 6))
        writeWord(packet, 12, client.peerSocketId)
        return packet
      }),
    )
    await flood(client, packets)
    await assertLives(client)
  })
}

test('hostile SRT sessions: a player that lies about what it has and misses is sent what comes next', async () => {
  await using client = await SrtClient.connected(server.port, 'read:live/bystander')
  const control = (packet: OutgoingControl): Uint8Array => encodeControlPacket(packet, 0, client.peerSocketId)
  const sequences = [0, 1, 999, 1000, 1001, 5000, 2 ** 30, 2 ** 30 + 1000, 2 ** 31 - 1]
  const ranges = sequences.flatMap(first => sequences.map(last => ({ first, last })))
  const many = Array.from({ length: 300 }, (_, i) => ({ first: 1000 + 2 * i, last: 1000 + 2 * i }))
  const lies = [
    ...ranges.map(range => control({ type: 'nak', losses: [range] })),
    ...ranges.map(range => control({ type: 'drop-request', message: 0, range })),
    ...sequences.map(sequence => control({ type: 'ack', acknowledgement: { number: sequence + 1, sequence } })),
    ...sequences.map(number => control({ type: 'ackack', number })),
    ...Array.from({ length: 300 }, () => control({ type: 'nak', losses: many })),
  ]
  await flood(client, lies)
  const from = client.packets.length
  await client.until(packet => (isControlPacket(packet) ? undefined : packet), from)
  await assertLives(client)
})

test('hostile SRT sessions: a player that is there and never has room is sent away', async () => {
  await using client = await server.open()
  assert.equal(await client.call({ streamId: 'read:live/bystander', flowWindow: 0 }), 'accepted')
  const alive = setInterval(() => client.keepalive(), 200)
  const code = await server.endOf(client).finally(() => clearInterval(alive))
  assert.equal(code, 'SRT_TIMEOUT')
  const rule = 'the player must take something within 2000 ms'
  assert.equal(server.endsOf(client)[0]?.msg, `Connection closed: Cannot send live/bystander any more: ${rule}`)
})

test('hostile SRT sessions: what a player sends is not kept', async () => {
  await using client = await SrtClient.connected(server.port, 'read:live/bystander')
  const { peerSocketId } = client
  await flood(
    client,
    Array.from({ length: 2000 }, (_, i) => data(peerSocketId, { sequence: 1000 + i, timestamp: 0x7fff_ffff })),
  )
  assert.match(await assertLives(client), /"pktRecv":0/)
})

test('hostile SRT sessions: a publisher whose numbers jump is heard no further than its window', async () => {
  await using client = await SrtClient.connected(server.port, 'publish:live/a')
  const random = seededRandom(7)
  const jumps = [1001, 9191, 9192, 2 ** 30, 2 ** 30 + 1000, 2 ** 31 - 1, 0, 999]
  const wild = Array.from({ length: 2000 }, () => Math.floor(random() * 2 ** 31))
  const packets = [...jumps, ...wild].map((sequence, i) =>
    data(client.peerSocketId, { sequence, timestamp: Math.floor(random() * 2 ** 32), message: i }),
  )
  await flood(client, packets)
  await assertLives(client)
})

test('hostile SRT sessions: nobody speaks for another, whatever socket id they name', async () => {
  await using client = await SrtClient.connected(server.port, 'publish:live/a')
  await using stranger = await server.open('127.0.0.3')
  stranger.peerSocketId = client.peerSocketId
  await using neighbour = await server.open()
  neighbour.peerSocketId = client.peerSocketId
  for (const other of [stranger, neighbour]) {
    other.payload(nullPackets)
    other.keepalive()
    other.shutdown()
    await other.seen()
    assert.ok(
      other.packets.every(packet => packet.length === 64),
      'only cookies come back',
    )
  }
  assert.match(await assertLives(client), /"pktRecv":0/)
})

test('hostile SRT sessions: what nobody can decrypt is counted and dropped', async () => {
  await using client = await server.open()
  const { material } = await createKeyMaterial(passphrase, 16)
  const keyMaterial = encodeKeyMaterial(material)
  assert.equal(await client.call({ streamId: 'publish:live/sealed', keyMaterial }), 'accepted')
  const packets = Array.from({ length: 2000 }, (_, i) =>
    data(client.peerSocketId, { sequence: 1000 + i, key: i % 2 === 0 ? 'none' : 'odd' }),
  )
  await flood(client, packets)
  assert.match(await assertLives(client), /"pktRcvUndecrypt":2000/)
})

test('hostile SRT sessions: new keys of wrong sizes change nothing', async () => {
  await using client = await server.open()
  const { material } = await createKeyMaterial(passphrase, 32)
  const keyMaterial = encodeKeyMaterial(material)
  assert.equal(await client.call({ streamId: 'publish:live/sealed', keyMaterial }), 'accepted')
  const changes = Array.from({ length: 300 }, (_, seed) => {
    const at = Math.floor(seededRandom(seed)() * keyMaterial.length)
    return seed % 2 === 0
      ? keyMaterial.subarray(0, at)
      : keyMaterial.with(at, (keyMaterial[at] ?? 0) ^ (1 + (seed % 255)))
  })
  const requests = [...changes, seededBytes(1, 1456)].flatMap(bytes =>
    (['key-request', 'key-response'] as const).map(type =>
      encodeControlPacket({ type, keyMaterial: bytes }, 0, client.peerSocketId),
    ),
  )
  await flood(client, requests)
  await assertLives(client)
})

test('hostile SRT sessions: hundreds of guesses at a time at a passphrase are refused, and the others served', async () => {
  await using one = await server.open('127.0.0.4')
  await using other = await server.open('127.0.0.5')
  const { material } = await createKeyMaterial('guess-of-mine', 32)
  const keyMaterial = encodeKeyMaterial(material)
  const guesses = async (client: SrtClient): Promise<readonly Uint8Array[]> => {
    const cookie = await client.cookie()
    return Array.from({ length: 600 }, (_, i) =>
      client.conclusion({ streamId: 'publish:live/sealed', socketId: i + 1, cookie, keyMaterial }),
    )
  }
  const [ofOne, ofOther] = [await guesses(one), await guesses(other)]
  const flooded = Promise.all([flood(one, ofOne), flood(other, ofOther)])
  await using honest = await server.open()
  assert.equal(await honest.call({ streamId: 'publish:live/honest' }), 'accepted')
  await assertLives(honest)
  await flooded
  let checked = 0
  for (const client of [one, other]) {
    const codes: number[] = []
    await client.until(packet => {
      const answer = answerOf(packet)
      if (answer !== undefined) codes.push(answer.type)
      return codes.length < 600 ? undefined : codes
    })
    const { SRT_REJ_BADSECRET: wrong, SRT_REJ_BACKLOG: tooMany } = rejectReasons
    assert.deepEqual(new Set(codes), new Set([wrong, tooMany]))
    checked += codes.filter(code => code === wrong).length
  }
  const busy = logLines(server.process).filter(({ msg }) => msg.endsWith('Too many callers are being checked')).length
  assert.equal(checked + busy, 2 * 256)
  assert.ok(busy > 0 && checked >= 258, `${checked} checked, ${busy} not`)
  assert.doesNotMatch(JSON.stringify(logLines(server.process)), /guess-of-mine|correct-horse/)
})

test('hostile SRT sessions: nobody else noticed', () => server.assertUnharmed())
