import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { test } from 'vitest'
import { emptyCounts } from './frame-checker.ts'
import { Player } from './player.ts'
import { makeAudio, makeVideo, videoHeader } from './synthetic-media.ts'

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\n\r\n'
const FILE_HEADER = Buffer.from('464c5601050000000900000000', 'hex')

function tag(type: number, body: Buffer): Buffer {
  const header = Buffer.alloc(11)
  header[0] = type
  header.writeUIntBE(body.length, 1, 3)
  return Buffer.concat([header, body, Buffer.alloc(4)])
}

function video(sequence: number): Buffer {
  return tag(9, makeVideo({ stream: 0, sequence, size: 2000 }, sequence % 5 === 0))
}

/** Answers every request with the same bytes, and closes. */
async function serve(body: Buffer, head = HEAD): Promise<Server> {
  const server = createServer((socket: Socket) => {
    socket.once('data', () => socket.end(Buffer.concat([Buffer.from(head), FILE_HEADER, body])))
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Plays until the server closes. */
async function play(server: Server, isSampled: boolean) {
  const { port } = server.address() as AddressInfo
  const target = { protocol: 'http-flv', host: '127.0.0.1', port, app: 'live', name: 'bench0' } as const
  const seen = { joins: 0, frames: 0, reason: '' }
  const plan = { target, stream: 0, isSampled, slowness: undefined }
  const player = await new Promise<Player>(resolve => {
    const opened: Player = new Player(plan, {
      joined: () => {
        seen.joins++
        if (!isSampled) setImmediate(() => opened.sweep(40))
      },
      frame: () => seen.frames++,
      ended: (ended, reason) => {
        seen.reason = reason
        resolve(ended)
      },
    })
  })
  server.close()
  return { player, seen }
}

test('player: a sampled one catches a dropped, a duplicated and a flipped frame on the wire', async () => {
  const flipped = video(7)
  flipped[flipped.length - 5] = flipped.readUInt8(flipped.length - 5) ^ 0x10
  const audio = [0, 1, 3].map(sequence => tag(8, makeAudio({ stream: 0, sequence, size: 300 })))
  const frames = [video(5), video(6), video(6), flipped, video(9), ...audio]
  const { player, seen } = await play(await serve(Buffer.concat([tag(9, videoHeader()), ...frames])), true)
  assert.deepEqual(player.checkers.video.counts, {
    ...emptyCounts(),
    received: 5,
    lost: 1,
    duplicated: 1,
    corrupted: 1,
  })
  assert.deepEqual(player.checkers.audio.counts, { ...emptyCounts(), received: 3, lost: 1 })
  assert.deepEqual(seen, { joins: 1, frames: 8, reason: 'closed by the server' })
})

test('player: a counted one joins at the key frame and counts every byte', async () => {
  const frames = Buffer.concat([tag(9, videoHeader()), ...[0, 1, 2, 3].map(video)])
  const { player, seen } = await play(await serve(frames), false)
  assert.equal(player.bytes, HEAD.length + FILE_HEADER.length + frames.length)
  assert.deepEqual(seen, { joins: 1, frames: 0, reason: 'closed by the server' })
})

test('player: a refusal ends it and says why', async () => {
  const { seen } = await play(await serve(Buffer.alloc(0), 'HTTP/1.1 404 Not Found\r\n\r\n'), true)
  assert.deepEqual(seen, { joins: 0, frames: 0, reason: 'HTTP status is 404' })
})
