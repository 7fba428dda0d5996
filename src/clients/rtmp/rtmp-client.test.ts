import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'vitest'
import { certificateFixture } from '../../../test/support/certificate-fixture.ts'
import { SessionServer } from '../../../test/support/rtmp-session-server.ts'
import { seededBytes } from '../../../test/support/seeded-bytes.ts'
import { ConnectionError, ProtocolError, RefusedError } from '../../core/errors.ts'
import { parseRtmpUrl } from '../../protocols/rtmp/rtmp-url.ts'
import { RtmpClient, type RtmpClientOptions } from './rtmp-client.ts'

const impatient: RtmpClientOptions = { connectTimeout: 2000, answerTimeout: 150 }

/** S0, S1 and S2 without signatures. */
const handshake = new Uint8Array(1 + 2 * 1536).fill(3, 0, 1)

function connect(server: SessionServer, options?: RtmpClientOptions): Promise<RtmpClient> {
  return RtmpClient.connect(parseRtmpUrl(server.url), options)
}

const stalls: readonly { readonly at: string; readonly speak: (socket: Socket) => void; readonly says: RegExp }[] = [
  { at: 'the handshake', speak: () => undefined, says: /must answer the handshake within 150 ms/ },
  { at: 'half of the handshake', speak: socket => socket.write(handshake.subarray(0, 2000)), says: /the handshake/ },
  { at: 'connect', speak: socket => socket.write(handshake), says: /must answer connect within 150 ms/ },
]

for (const { at, speak, says } of stalls) {
  test(`client: a server that stalls at ${at} is given up`, async () => {
    await using server = await SessionServer.raw(speak)
    await assert.rejects(connect(server, impatient), (error: unknown) => {
      return error instanceof ProtocolError && error.fault === 'timeout' && says.test(error.message)
    })
  })
}

for (const purpose of ['publish', 'play'] as const) {
  test(`client: a server that stalls at ${purpose} is given up`, async () => {
    await using server = await SessionServer.listen(() => ({ onPublish: () => undefined, onPlay: () => undefined }))
    await using client = await connect(server, impatient)
    await assert.rejects(client.start(purpose, { onEnd: () => assert.fail() }), /must answer (publish|play) within/)
  })

  test(`client: a server that refuses to ${purpose} is quoted, and the connection lives on`, async () => {
    await using server = await SessionServer.listen(connection => ({
      onPublish: ({ streamId }) => connection.session.refuse(streamId, 'NetStream.Publish.Denied', 'Not topsecret'),
      onPlay: ({ streamId }) => connection.session.refuse(streamId, 'NetStream.Play.Failed', 'Not topsecret'),
    }))
    await using client = await connect(server)
    await assert.rejects(client.start(purpose, { onEnd: () => assert.fail() }), (error: unknown) => {
      return error instanceof RefusedError && /the server says "Not …"/.test(error.message)
    })
    assert.equal(client.error, undefined)
  })
}

test('client: a server that speaks something else is told from one that is slow', async () => {
  await using server = await SessionServer.raw(socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await assert.rejects(connect(server), (error: unknown) => {
    return error instanceof ProtocolError && /the version must be 3, is 72/.test(error.message)
  })
})

test('client: garbage behind the handshake is the fault of the server', async () => {
  await using server = await SessionServer.raw(socket => socket.write(Buffer.concat([handshake, seededBytes(1, 5000)])))
  await assert.rejects(connect(server, impatient), ProtocolError)
})

test('client: a server that closes at once has closed', async () => {
  await using server = await SessionServer.raw(socket => socket.end())
  await assert.rejects(connect(server), /the server has closed the connection/)
})

test('client: where nobody listens, the error says so without the key', async () => {
  const server = await SessionServer.listen()
  const { url } = server
  await server[Symbol.asyncDispose]()
  await assert.rejects(RtmpClient.connect(parseRtmpUrl(url)), (error: unknown) => {
    return (
      error instanceof ConnectionError &&
      /^Cannot connect to rtmp:\/\/127.0.0.1:\d+\/live\/…: nobody/.test(error.message)
    )
  })
})

test('client: TLS to a server without it fails with words, not with a hang', async () => {
  await using server = await SessionServer.raw(socket => socket.end('no TLS here'))
  const url = parseRtmpUrl(server.url.replace('rtmp:', 'rtmps:'))
  await assert.rejects(RtmpClient.connect(url), ConnectionError)
})

test('client: TLS is verified, and a certificate may be trusted beside those of the system', async () => {
  await using server = await SessionServer.listenTls()
  const url = parseRtmpUrl(server.url.replace('rtmp://127.0.0.1', 'rtmps://localhost'))
  await assert.rejects(RtmpClient.connect(url), /its certificate is self-signed and not trusted$/)
  await using client = await RtmpClient.connect(url, { ca: certificateFixture('server').cert })
  const stream = await client.start('publish', { onEnd: () => undefined })
  stream.write(8, 40, Uint8Array.of(0xaf, 1, 2))
  await client.close()
  assert.deepEqual(
    server.connections.at(-1)?.media.map(({ timestamp }) => timestamp),
    [40],
  )
})

test('client: a certificate for another name is refused, here for 127.1 which is 127.0.0.1', async () => {
  await using server = await SessionServer.listenTls()
  const url = parseRtmpUrl(server.url.replace('rtmp://127.0.0.1', 'rtmps://127.1'))
  await assert.rejects(
    RtmpClient.connect(url, { ca: certificateFixture('server').cert }),
    /its certificate is for another name$/,
  )
})

test('client: an aborted signal ends it at every step', async () => {
  await using server = await SessionServer.listen()
  await using silent = await SessionServer.raw(() => undefined)
  const aborted = AbortSignal.abort()
  await assert.rejects(connect(server, { signal: aborted }), /it was aborted/)

  const later = new AbortController()
  const connecting = connect(silent, { signal: later.signal })
  later.abort()
  await assert.rejects(connecting, /it was aborted/)

  const last = new AbortController()
  const client = await connect(server, { signal: last.signal })
  const ended = Promise.withResolvers<Error | undefined>()
  await client.start('publish', { onEnd: ended.resolve })
  last.abort()
  assert.match((await ended.promise)?.message ?? '', /it was aborted/)
})

test('client: closing is orderly and idempotent, and what was sent arrives', async () => {
  await using server = await SessionServer.listen()
  const client = await connect(server)
  const stream = await client.start('publish', { onEnd: () => undefined })
  stream.write(8, 40, Uint8Array.of(0xaf, 1, 2))
  stream.close()
  await Promise.all([client.close(), client.close()])
  const { media } = server.connections[0] ?? { media: [] }
  assert.deepEqual(
    media.map(({ type, timestamp, payload }) => [type, timestamp, Buffer.from(payload).toString('hex')]),
    [[8, 40, 'af0102']],
  )
})

test('client: a request to reconnect is told with the new URL, the key with it', async () => {
  await using server = await SessionServer.listen()
  const asked = Promise.withResolvers<string>()
  await using client = await connect(server, { onReconnectRequest: ({ host, key }) => asked.resolve(`${host} ${key}`) })
  client.onReconnectRequest('http://nowhere')
  client.onReconnectRequest('rtmp://other/live')
  assert.equal(await asked.promise, 'other topsecret')
})

test('client: a server that takes nothing any more is given up', async () => {
  await using server = await SessionServer.listen()
  await using client = await connect(server, { sendTimeout: 1 })
  const ended = Promise.withResolvers<Error | undefined>()
  const stream = await client.start('publish', { onEnd: ended.resolve })
  server.connections[0]?.socket.pause()
  while (!client.socket.writableNeedDrain) stream.write(9, 0, new Uint8Array(1_000_000))
  await assert.rejects(client.drained(), /must take what is sent to it within 1 ms/)
  assert.match((await ended.promise)?.message ?? '', /must take/)
})

test('client: a server that falls silent is given up where the client wants that', async () => {
  await using server = await SessionServer.listen()
  await using client = await connect(server, { silenceTimeout: 1 })
  const ended = Promise.withResolvers<Error | undefined>()
  await client.start('play', { onEnd: ended.resolve })
  assert.match((await ended.promise)?.message ?? '', /must send something within 1 ms/)
})

test('client: it reads only while it is let', async () => {
  await using server = await SessionServer.listen()
  await using client = await connect(server)
  await client.start('play', { onEnd: () => undefined })
  client.setReading(false)
  const { socket } = server.connections[0] ?? assert.fail()
  const before = client.bytesReceived
  while (socket.write(new Uint8Array(100_000))) continue
  assert.equal(client.bytesReceived, before)
  client.setReading(true)
  await once(socket, 'drain')
})
