import assert from 'node:assert/strict'
import { afterAll, beforeAll, test } from 'vitest'
import { extensionTypes, type HandshakeExtension } from '../../src/protocols/srt/handshake-extension.ts'
import { writeWord } from '../../src/protocols/srt/packet.ts'
import { rejectReasons } from '../../src/protocols/srt/reject-reason.ts'
import { AttackedSrtServer, bystanders } from '../support/attacked-srt-server.ts'
import { pollUntil } from '../support/polling.ts'
import { seededBytes, seededRandom } from '../support/seeded-bytes.ts'
import { logLines, metric, untilConnections } from '../support/server-facts.ts'
import { answerOf, type CallOptions } from '../support/srt-client.ts'

let server: AttackedSrtServer
beforeAll(async () => {
  server = await AttackedSrtServer.start('')
})
afterAll(() => server[Symbol.asyncDispose]())

const callers = (): Promise<number> => metric(server.process, 'sluice_connections_total{protocol="srt"}')
const faults = (fault: string): Promise<number> =>
  metric(server.process, `sluice_protocol_errors_total{protocol="srt",fault="${fault}"}`)

test('hostile SRT handshakes: ten thousand inductions leave nothing behind', async () => {
  const before = await callers()
  await using client = await server.open()
  for (let batch = 0; batch < 100; batch++) {
    client.send(...Array.from({ length: 100 }, () => client.induction()))
    await client.seen()
  }
  const answered = client.packets.length
  assert.ok(answered > 9000, `${answered} answers`)
  assert.ok(client.packets.every(({ length }) => length <= client.induction().length))
  assert.equal(await callers(), before)
  await untilConnections(server.process, 'srt', bystanders)
})

test('hostile SRT handshakes: a cookie that was guessed, or is of another address, gets no answer', async () => {
  const before = await callers()
  await using client = await server.open()
  await using other = await server.open()
  const cookie = await other.cookie()
  const random = seededRandom(1)
  const guesses = Array.from({ length: 5000 }, () => Math.floor(random() * 2 ** 32))
  for (const guess of [cookie, 0, 0xffff_ffff, ...guesses]) {
    client.send(client.conclusion({ streamId: 'publish:live/a', cookie: guess }))
    if (guess % 32 === 0) await client.seen()
  }
  await client.seen()
  assert.ok(client.packets.every(packet => answerOf(packet) === undefined))
  assert.equal(await callers(), before)
})

test('hostile SRT handshakes: a conclusion that comes again is the same call, also when that is over', async () => {
  const before = await callers()
  await using client = await server.open()
  const options = { streamId: 'publish:live/a', cookie: await client.cookie() }
  assert.equal(await client.call(options), 'accepted')
  const from = client.packets.length
  client.send(...Array.from({ length: 300 }, () => client.conclusion(options)))
  await client.seen()
  const answers = client.packets.slice(from).flatMap(packet => answerOf(packet)?.socketId ?? [])
  assert.deepEqual(new Set(answers), new Set([client.peerSocketId]))

  client.shutdown()
  assert.equal(await server.endOf(client), 'SRT_CLOSED')
  const closedAt = client.packets.length
  client.send(...Array.from({ length: 300 }, () => client.conclusion(options)))
  await client.seen()
  assert.ok(client.packets.slice(closedAt).every(packet => answerOf(packet) === undefined))
  assert.equal(await callers(), before + 1)
})

test('hostile SRT handshakes: a caller that was refused and asks again is told the same, and nobody else', async () => {
  const before = await callers()
  await using client = await server.open()
  const options = { streamId: 'read:live/nobody', cookie: await client.cookie() }
  for (let i = 0; i < 100; i++) assert.equal(await client.call(options), rejectReasons.SRT_REJX_NOTFOUND)
  assert.equal(await callers(), before + 1)
  assert.equal(server.endsOf(client).length, 1)
})

const extension = (type: number, content: Uint8Array): HandshakeExtension => ({ type, content })
const { SRT_CMD_HSREQ, SRT_CMD_SID, SRT_CMD_CONGESTION } = extensionTypes

for (const [what, answer, options] of [
  ['nothing', 'SRT_REJX_BAD_REQUEST', {}],
  ['a path out of the house', 'SRT_REJX_BAD_REQUEST', { streamId: 'publish:../../etc/passwd' }],
  ['control characters', 'SRT_REJX_BAD_REQUEST', { streamId: 'publish:live/\u0007\n"x"' }],
  ['512 bytes', 'SRT_REJX_BAD_REQUEST', { streamId: `publish:${'x'.repeat(504)}` }],
  ['516 bytes', 'SRT_REJ_ROGUE', { extensions: [extension(SRT_CMD_SID, new Uint8Array(516).fill(0x61))] }],
  ['bytes that are no text', 'SRT_REJ_ROGUE', { extensions: [extension(SRT_CMD_SID, new Uint8Array(8).fill(0xff))] }],
  ['many keys', 'SRT_REJX_BAD_MODE', { streamId: `#!::${'m=x,'.repeat(100)}` }],
  ['keys of objects', 'SRT_REJX_BAD_MODE', { streamId: '#!::r=live/a,m=__proto__,constructor=x' }],
  [
    'another congestion control',
    'SRT_REJ_CONGESTION',
    { extensions: [extension(SRT_CMD_CONGESTION, Buffer.from('elif'))] },
  ],
  ['keys where there are none', 'SRT_REJ_UNSECURE', { streamId: 'publish:live/a', keyMaterial: seededBytes(1, 72) }],
] as const satisfies readonly [string, keyof typeof rejectReasons, CallOptions][]) {
  test(`hostile SRT handshakes: a caller whose stream id or extensions are ${what} is refused`, async () => {
    await using client = await server.open()
    assert.equal(await client.call(options), rejectReasons[answer])
  })
}

test('hostile SRT handshakes: packets that are no handshake are counted, and get no answer', async () => {
  const before = await faults('malformed')
  await using client = await server.open()
  const cookie = await client.cookie()
  const whole = client.conclusion({ streamId: 'publish:live/a', cookie })
  const lying = Uint8Array.from(whole)
  writeWord(lying, 16 + 48, (SRT_CMD_HSREQ << 16) | 0xffff)
  const cut = Array.from({ length: 64 }, (_, length) => whole.subarray(0, length))
  const garbage = Array.from({ length: 200 }, (_, seed) => seededBytes(seed, 1 + seed * 8).fill(0, 12, 16))
  client.send(...cut, lying, ...garbage, new Uint8Array(1473).fill(0x80, 0, 1), new Uint8Array(60_000))
  const from = client.packets.length
  await client.seen()
  assert.ok(client.packets.slice(from).every(packet => answerOf(packet) === undefined))
  assert.ok((await faults('malformed')) - before > 60)
  assert.equal(server.endsOf(client).length, 0)
})

test('hostile SRT handshakes: callers who fall silent are bounded for each address, and are gone after five seconds', async () => {
  await using client = await server.open()
  await using neighbour = await server.open('127.0.0.2')
  const cookie = await client.cookie()
  const limitBefore = await faults('limit')
  for (let socketId = 1; socketId <= 2000; socketId++) {
    client.send(client.conclusion({ streamId: `publish:half/${socketId}`, socketId, cookie }))
    if (socketId % 50 === 0) await client.seen()
  }
  const answers = client.packets.flatMap(packet => answerOf(packet)?.type ?? [])
  const refused = answers.filter(type => type === rejectReasons.SRT_REJ_BACKLOG).length
  assert.ok(refused >= 1744 && answers.length - refused <= 256, `${answers.length} answers, ${refused} refused`)
  assert.ok((await faults('limit')) - limitBefore >= 1744)
  const lines = logLines(server.process).filter(({ code }) => code === 'SRT_BACKLOG')
  assert.ok(lines.length >= 1 && lines.length < 10, `${lines.length} lines`)

  assert.equal(await neighbour.call({ streamId: 'publish:live/neighbour' }), 'accepted')
  neighbour.shutdown()
  await server.process.program.untilPrinted(/"code":"SRT_TIMEOUT"/)
  await untilConnections(server.process, 'srt', bystanders)
  assert.equal(await client.call({ streamId: 'publish:live/a', socketId: 5000 }), rejectReasons.SRT_REJ_BACKLOG)
  await pollUntil('the address to be forgiven', async () => {
    await using again = await server.open()
    return (await again.call({ streamId: 'publish:live/a' })) === 'accepted' ? true : undefined
  })
  await untilConnections(server.process, 'srt', bystanders)
})

test('hostile SRT handshakes: nobody else noticed', () => server.assertUnharmed())
