import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import fastify from 'fastify'
import { test } from 'vitest'
import type { KeptBytes } from '../contracts/segments.ts'
import { sendPieces } from './send-file.ts'
import type { ViewerSession } from './viewer-session.ts'

const file = { type: 'segment', rendition: 'video', number: 1 } as const
const pieceSize = 128 * 1024

/** A server that sends so many pieces to whoever asks, and what was read of them. */
async function sending(pieces: number, isBroken = false) {
  const facts = { read: 0, isClosed: false, broken: [] as unknown[] }
  const read = async function* (start: number, end: number) {
    try {
      for (let at = start; at < end; at += pieceSize) {
        if (isBroken && at > 0) throw new Error('the disk is gone')
        facts.read += Math.min(pieceSize, end - at)
        yield Buffer.alloc(Math.min(pieceSize, end - at), 1)
      }
    } finally {
      facts.isClosed = true
    }
  }
  const bytes: KeptBytes = { size: pieces * pieceSize, read }
  const session = { bytesSent: 0 } as ViewerSession
  const app = fastify()
  app.get('/', (request, reply) =>
    sendPieces({ request, reply, file, session }, bytes, error => facts.broken.push(error)),
  )
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, { headers, method })
  return { facts, session, port, get, [Symbol.asyncDispose]: () => app.close() }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setImmediate(resolve))
}

test('send file: what is kept is sent as a whole, in part, or only told of', async () => {
  await using server = await sending(3)
  const whole = await server.get()
  assert.deepEqual([whole.status, (await whole.bytes()).length], [200, 3 * pieceSize])
  assert.equal(server.session.bytesSent, 3 * pieceSize)
  const part = await server.get({ range: 'bytes=1000-200000' })
  const range = `bytes 1000-200000/${3 * pieceSize}`
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, range])
  assert.equal((await part.bytes()).length, 199_001)
  assert.equal(server.session.bytesSent, 3 * pieceSize + 199_001)
  const head = await server.get({}, 'HEAD')
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(3 * pieceSize)])
  const behind = await server.get({ range: `bytes=${3 * pieceSize}-` })
  assert.deepEqual([behind.status, behind.headers.get('content-range')], [416, `bytes */${3 * pieceSize}`])
})

test('send file: of what is kept no more is read than is taken, and nothing when nobody is there', async () => {
  await using server = await sending(1000)
  const socket = connect(server.port, '127.0.0.1').pause()
  socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
  let before = -1
  // What the kernel takes for a socket that nobody reads is bounded.
  await until(() => {
    const isStill = server.facts.read > 0 && server.facts.read === before
    before = server.facts.read
    return isStill
  })
  assert.ok(server.facts.read < 300 * pieceSize, `${server.facts.read} bytes`)
  assert.equal(server.facts.isClosed, false)
  socket.destroy()
  await until(() => server.facts.isClosed)
  assert.deepEqual(server.facts.broken, [])
})

test('send file: what cannot be read to its end is broken off, and told', async () => {
  await using server = await sending(3, true)
  const socket = connect(server.port, '127.0.0.1').resume()
  socket.write('GET / HTTP/1.1\r\nHost: here\r\n\r\n')
  await once(socket, 'close')
  assert.deepEqual(server.facts.broken.map(String), ['Error: the disk is gone'])
  assert.ok(socket.bytesRead < 3 * pieceSize)
})
