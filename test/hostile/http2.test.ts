import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { afterAll, beforeAll, test } from 'vitest'
import { AttackedServer } from '../support/attacked-server.ts'
import { certificatePath } from '../support/certificate-fixture.ts'
import { Http2Client } from '../support/http2-client.ts'
import {
  flag,
  frame,
  frameType,
  literalField,
  requestFields,
  requestFrame,
  setting,
  settings,
} from '../support/http2-frames.ts'
import { RawHttp2Client } from '../support/raw-http2-client.ts'
import { metric, untilConnections } from '../support/server-facts.ts'

const tls = ['--http-tls-cert', certificatePath('server', 'crt'), '--http-tls-key', certificatePath('server', 'key')]

let server: AttackedServer
let port: number
beforeAll(async () => {
  server = await AttackedServer.start('--http-tls-listen', '127.0.0.1:0', '--http-idle-timeout', '1s', ...tls)
  port = Number(new URL(await server.process.httpsUrl('/')).port)
})
afterAll(() => server[Symbol.asyncDispose]())

const cancel = Buffer.from([0, 0, 0, constants.NGHTTP2_CANCEL])

/** As many of a frame as are worth a write. */
function many(one: Uint8Array, count = 1000): Buffer {
  return Buffer.concat(Array<Uint8Array>(count).fill(one))
}

async function assertLogged({ peer }: RawHttp2Client, message: RegExp): Promise<void> {
  const [, said = ''] = await server.process.program.untilPrinted(
    new RegExp(`"code":"HTTP_PROTOCOL_ERROR","peer":"${peer}","msg":"Cannot read requests: ([^"]*)"`),
  )
  assert.match(said, message)
}

/** CVE-2023-44487. */
test('hostile HTTP/2: who cancels requests as fast as they are sent is disconnected', async () => {
  await using client = await RawHttp2Client.connect(port)
  const requests = Array.from({ length: 20_000 }, (_, index) => [
    requestFrame(2 * index + 1, '/healthz'),
    frame(frameType.reset, 0, 2 * index + 1, cancel),
  ])
  client.send(...requests.flat())
  await client.closed
  await assertLogged(client, /Protocol error/)
})

/** CVE-2024-27316 and its kin. */
for (const [what, field] of [
  ['without end', literalField('x', 'y'.repeat(100))],
  ['without content', Buffer.alloc(0)],
] as const) {
  test(`hostile HTTP/2: the fields of a request ${what} end the connection`, async () => {
    await using client = await RawHttp2Client.connect(port)
    client.send(frame(frameType.headers, flag.endStream, 1, requestFields('/healthz')))
    await client.flood(many(frame(frameType.continuation, 0, 1, field)))
    await assertLogged(client, /Too many CONTINUATION frames/)
  })
}

/** CVE-2019-9512, CVE-2019-9515. */
for (const [what, flood] of [
  ['settings', settings([3, 100])],
  ['pings', frame(frameType.ping, 0, 0, Buffer.alloc(8))],
] as const) {
  test(`hostile HTTP/2: who sends ${what} and reads no answer is disconnected`, async () => {
    await using client = await RawHttp2Client.connect(port)
    client.pause()
    await client.flood(many(flood))
    await assertLogged(client, /Flooding was detected/)
  })
}

/** CVE-2019-9518. */
test('hostile HTTP/2: a body of empty frames without end is ended', async () => {
  await using client = await RawHttp2Client.connect(port)
  const fields = Buffer.concat([
    Buffer.of(0x83, 0x87),
    literalField(':path', '/api/v1/none'),
    literalField(':authority', 'a'),
  ])
  client.send(frame(frameType.headers, flag.endHeaders, 1, fields))
  await client.flood(many(frame(frameType.data, 0, 1)))
})

test('hostile HTTP/2: small fields that unpack to large ones are refused', async () => {
  await using client = await RawHttp2Client.connect(port)
  // A field that is kept in the table and takes nearly all of its 4096 bytes, named 10 000 times. RFC 7541 §6.1, §6.2.1.
  const value = Buffer.alloc(4000, 'a')
  const size = Buffer.of(0x7f, 0x80 | ((value.length - 127) & 0x7f), (value.length - 127) >> 7)
  const kept = Buffer.concat([Buffer.of(0x40, 1), Buffer.from('x'), size, value])
  const fields = Buffer.concat([requestFields('/healthz'), kept, Buffer.alloc(10_000, 0xbe)])
  client.send(frame(frameType.headers, flag.endStream | flag.endHeaders, 1, fields))
  await client.until(({ type, streamId }) => type === frameType.reset && streamId === 1)
  assert.equal(client.resetOf(1), constants.NGHTTP2_ENHANCE_YOUR_CALM)
})

test('hostile HTTP/2: of too many requests at a time some are answered later, as the client is told', async () => {
  await using client = await RawHttp2Client.connect(port)
  const requests = Array.from({ length: 200 }, (_, index) => requestFrame(2 * index + 1, '/none.flv?wait=10s'))
  client.send(...requests)
  await client.until(({ type, streamId }) => type === frameType.reset && streamId === 399)
  const refused = client.frames.filter(({ type }) => type === frameType.reset)
  assert.equal(refused.length, 200 - 128)
  for (const { payload } of refused) assert.equal(payload.readUInt32BE(), constants.NGHTTP2_REFUSED_STREAM)
})

test('hostile HTTP/2: who lets nothing through is cut off, request by request, and costs little', async () => {
  await using client = await RawHttp2Client.connect(port, [setting.initialWindowSize, 0])
  client.send(...Array.from({ length: 100 }, (_, index) => requestFrame(2 * index + 1, '/metrics')))
  await client.until(({ type, streamId }) => type === frameType.reset && streamId === 199)
  assert.equal(client.resetOf(199), constants.NGHTTP2_CANCEL)
  assert.equal(client.frames.filter(({ type, payload }) => type === frameType.data && payload.length > 0).length, 0)
})

for (const { what, fields } of [
  { what: 'a name in capitals', fields: [requestFields('/healthz'), literalField('Bad', 'x')] },
  { what: 'a field of connections', fields: [requestFields('/healthz'), literalField('connection', 'close')] },
  { what: 'a path that is none', fields: [requestFields('nothing')] },
  { what: 'no path', fields: [Buffer.of(0x82, 0x87), literalField(':authority', 'localhost')] },
  { what: 'two paths', fields: [requestFields('/healthz'), literalField(':path', '/metrics')] },
]) {
  test(`hostile HTTP/2: a request with ${what} is refused, and the next one answered`, async () => {
    await using client = await RawHttp2Client.connect(port)
    client.send(frame(frameType.headers, flag.endStream | flag.endHeaders, 1, Buffer.concat(fields)))
    client.send(requestFrame(3, '/healthz'))
    await client.until(({ type, streamId }) => type === frameType.data && streamId === 3)
    assert.equal(client.resetOf(1), constants.NGHTTP2_PROTOCOL_ERROR)
  })
}

test('hostile HTTP/2: what is agreed on to be HTTP/2 and is not ends the connection', async () => {
  await using client = await RawHttp2Client.connect(port)
  await client.flood(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'))
})

test('hostile HTTP/2: tunnels are refused', async () => {
  await using client = await Http2Client.connect(port)
  const tunnel = client.session.request({ ':method': 'CONNECT', ':authority': 'localhost:22' })
  const [headers] = await once(tunnel, 'response')
  assert.equal(headers[':status'], 405)
})

test('hostile HTTP/2: afterwards nobody has noticed, and nothing is left', async () => {
  await untilConnections(server.process, 'https', 0)
  const faults = (fault: string) =>
    metric(server.process, `sluice_protocol_errors_total{protocol="https",fault="${fault}"}`)
  assert.deepEqual([await faults('limit'), await faults('malformed')], [4, 3])
  await server.assertUnharmed()
})
