import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'vitest'
import { WebSocket } from 'ws'
import { readTags } from '../../../test/support/flv-tags.ts'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import type { RawHttpClient } from '../../../test/support/raw-http-client.ts'
import { audioFrame, videoFrame } from '../../../test/support/sample-frames.ts'

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`]

/** A masked frame, as a client sends it (RFC 6455 §5.2), with a mask of zeros. */
function clientFrame(opcode: number, payload: string): Buffer {
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0), Buffer.from(payload)])
}

/** The messages of unmasked frames; a control frame shows as `[opcode]`. Written from RFC 6455 §5.2. */
function readMessages(bytes: Buffer): (Buffer | [opcode: number, payload: string])[] {
  const messages: (Buffer | [number, string])[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const short = (bytes[at + 1] ?? 0) & 0x7f
    const headSize = short < 126 ? 2 : short === 126 ? 4 : 10
    if (at + headSize > bytes.length) break
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    if (at + headSize + length > bytes.length) break
    const payload = bytes.subarray(at + headSize, at + headSize + length)
    const opcode = (bytes[at] ?? 0) & 0x0f
    messages.push(opcode === 2 ? payload : [opcode, payload.toString('hex')])
    at += headSize + length
  }
  return messages
}

function flvOf(client: RawHttpClient): Buffer {
  return Buffer.concat(readMessages(client.body).filter(message => Buffer.isBuffer(message)))
}

function tagsOf(client: RawHttpClient): ReturnType<typeof readTags> {
  return readTags(flvOf(client).subarray(13))
}

async function playing(fixture: HttpFixture) {
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const client = await fixture.get('/live/test.flv', ...upgrade)
  await client.until(() => tagsOf(client).length === 4)
  return { publication, client }
}

test('WebSocket-FLV: the handshake is answered and the stream follows in binary messages', async () => {
  await using fixture = await HttpFixture.listen()
  const { publication, client } = await playing(fixture)
  const head = await client.head()
  assert.match(head, /^HTTP\/1\.1 101 /)
  // RFC 6455 §1.3: the accept value for the sample nonce.
  assert.match(head, /sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/i)
  assert.equal(flvOf(client).toString('hex', 0, 13), '464c5601050000000900000000')
  for (const size of [100, 1000, 70_000]) publication.write(videoFrame(size, false, size))
  await client.until(() => tagsOf(client).length === 7)
  assert.deepEqual(
    tagsOf(client)
      .slice(4)
      .map(({ time, body }) => [time, body.length / 2 - 5]),
    [
      [100, 100],
      [1000, 1000],
      [70_000, 70_000],
    ],
  )
})

test('WebSocket-FLV: a viewer gets what a viewer over HTTP gets', async () => {
  await using fixture = await HttpFixture.listen()
  const { publication, client } = await playing(fixture)
  const other = await fixture.get('/live/test.flv')
  await other.until(() => readTags(other.body.subarray(13)).length === 4)
  for (let ms = 40; ms < 2000; ms += 40) publication.write(videoFrame(ms, ms % 400 === 0, 500))
  await client.until(() => tagsOf(client).at(-1)?.time === 1960)
  await other.until(() => readTags(other.body.subarray(13)).at(-1)?.time === 1960)
  const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  assert.equal(digest(flvOf(client)), digest(other.body))
})

test('WebSocket-FLV: a foreign client plays', async () => {
  await using fixture = await HttpFixture.listen()
  const publication = fixture.publish('a')
  publication.write(videoFrame(0, true))
  publication.write(audioFrame(0))
  const socket = new WebSocket(`ws://127.0.0.1:${fixture.port}/a.flv`)
  const message = await new Promise<Buffer>(resolve => socket.once('message', resolve))
  assert.equal(message.toString('latin1', 0, 3), 'FLV')
  const closed = new Promise(resolve => socket.once('close', resolve))
  publication.close()
  fixture.clock.advance(5000)
  assert.equal(await closed, 1000)
})

test('WebSocket-FLV: an unknown stream is refused in HTTP, before the handshake', async () => {
  await using fixture = await HttpFixture.listen()
  for (const [target, status] of [
    ['/nobody.flv', 404],
    ['/..%2fa.flv', 400],
  ] as const) {
    const client = await fixture.get(target, ...upgrade)
    const answer = await client.answer()
    assert.equal(answer.status, status)
    assert.match(answer.head, /application\/problem\+json/)
    await client.closed()
  }
})

test('WebSocket-FLV: with ?wait= a viewer waits for the publisher', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/a.flv?wait=10s', ...upgrade)
  await (await fixture.get('/healthz')).answer()
  fixture.publish('a')
  assert.match(await client.head(), / 101 /)
})

test('WebSocket-FLV: pings are answered between whole messages', async () => {
  await using fixture = await HttpFixture.listen()
  const { client } = await playing(fixture)
  client.send(clientFrame(9, 'hi'))
  await client.until(() => readMessages(client.body).some(message => !Buffer.isBuffer(message)))
  assert.deepEqual(readMessages(client.body).at(-1), [10, Buffer.from('hi').toString('hex')])
})

test('WebSocket-FLV: what the viewer says is ignored, up to a limit', async () => {
  await using fixture = await HttpFixture.listen()
  const { client } = await playing(fixture)
  client.send(clientFrame(1, 'hello'))
  client.send(clientFrame(9, ''))
  await client.until(() => !Buffer.isBuffer(readMessages(client.body).at(-1)))
  // A message of 1 MB is announced: RFC 6455 §7.4.1 has 1009 for that.
  client.send(Buffer.from('82ff0000000000100000', 'hex'))
  await client.until(() => client.isClosed || JSON.stringify(readMessages(client.body).at(-1)) === '[8,"03f1"]')
  assert.deepEqual(readMessages(client.body).at(-1), [8, '03f1'])
  await fixture.until(() => fixture.eventsOf('play.stopped').length === 1)
})

test('WebSocket-FLV: a viewer who closes is answered and forgotten', async () => {
  await using fixture = await HttpFixture.listen()
  const { client } = await playing(fixture)
  client.send(clientFrame(8, '\x03\xe8'.slice(0, 0)))
  await client.closed()
  await fixture.until(() => fixture.eventsOf('play.stopped').length === 1)
  assert.equal(fixture.registry.get('live/test')?.subscribers.size, 0)
})

test('WebSocket-FLV: draining says "going away"', async () => {
  await using fixture = await HttpFixture.listen()
  const { client } = await playing(fixture)
  const drained = fixture.server.drain()
  await client.until(() => !Buffer.isBuffer(readMessages(client.body).at(-1)))
  const [opcode, payload] = readMessages(client.body).at(-1) as [number, string]
  assert.equal(opcode, 8)
  assert.match(payload, /^03e9/)
  client.send(clientFrame(8, ''))
  await drained
})

test('WebSocket-FLV: a viewer who does not answer the goodbye is cut off', async () => {
  await using fixture = await HttpFixture.listen()
  const { client } = await playing(fixture)
  const drained = fixture.server.drain()
  fixture.clock.advance(1000)
  await drained
  await client.closed()
})

test('WebSocket-FLV: an upgrade to anything else is answered as if it had not been offered', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get(
    '/healthz',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABk',
  )
  assert.equal((await client.answer()).status, 200)
})
