import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { ClientHandshake, type RandomBytes, ServerHandshake } from './handshake.ts'
import { findDigest, imprintDigest } from './handshake-digest.ts'

/** C0, C1 and C2 of FFmpeg 5.1.9, which signs. */
const ffmpeg = readFileSync(new URL('./fixtures/ffmpeg-5.1.9-publish.bin', import.meta.url))
const secret = Buffer.from('f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae', 'hex')

/** Not random, but different each time. */
function countingBytes(): RandomBytes {
  let calls = 0
  return size => new Uint8Array(size).fill(++calls)
}

/** What a server answers to C0 and C1. */
function answerTo(opening: Uint8Array): Uint8Array {
  const { reply } = new ServerHandshake(countingBytes()).receive(opening)
  assert.ok(reply)
  return reply
}

describe('server handshake', () => {
  test('FFmpeg’s C1 carries a digest in the first block', () => {
    assert.equal(findDigest(ffmpeg.subarray(1, 1537), 'client'), 8)
  })

  test('a client that signs gets a signed S1 and an S2 that answers its digest', () => {
    const reply = answerTo(ffmpeg.subarray(0, 1537))
    assert.equal(reply.length, 1 + 1536 + 1536)
    assert.equal(reply[0], 3)
    assert.equal(findDigest(reply.subarray(1, 1537), 'server'), 8)

    const digestAt = 9 + 4 + (ffmpeg.subarray(9, 13).reduce((sum, byte) => sum + byte, 0) % 728)
    const serverKey = Buffer.concat([Buffer.from('Genuine Adobe Flash Media Server 001'), secret])
    const key = createHmac('sha256', serverKey)
      .update(ffmpeg.subarray(digestAt, digestAt + 32))
      .digest()
    const signature = createHmac('sha256', key)
      .update(reply.subarray(1537, 1537 + 1504))
      .digest('hex')
    assert.equal(Buffer.from(reply.subarray(-32)).toString('hex'), signature)
  })

  test('the digest is answered in the block where the client has it', () => {
    const opening = new Uint8Array(1537).fill(7)
    opening[0] = 3
    imprintDigest(opening.subarray(1), 772, 'client')
    assert.equal(findDigest(opening.subarray(1), 'client'), 772)
    assert.equal(findDigest(answerTo(opening).subarray(1, 1537), 'server'), 772)
  })

  test('a client that does not sign gets its own packet back', () => {
    const opening = new Uint8Array(1537).fill(9)
    opening.set([3, 0, 0, 0, 1, 0, 0, 0, 0])
    const reply = answerTo(opening)
    assert.deepEqual([...reply.subarray(0, 9)], [3, 0, 0, 0, 0, 0, 0, 0, 0])
    assert.deepEqual(reply.subarray(1537), Buffer.from(opening.subarray(1)))
  })

  test('it takes exactly C0, C1 and C2, in pieces of any size', () => {
    for (const size of [1, 7, 1536, 1537, 1538, 3073, 4000]) {
      const handshake = new ServerHandshake(countingBytes())
      let consumed = 0
      let replies = 0
      for (let at = 0; at < 4000; at += size) {
        const step = handshake.receive(ffmpeg.subarray(at, Math.min(at + size, 4000)))
        consumed += step.consumed
        if (step.reply !== undefined) replies++
      }
      assert.deepEqual({ consumed, replies, isDone: handshake.isDone }, { consumed: 3073, replies: 1, isDone: true })
    }
  })

  for (const version of [0, 2, 6, 0x16, 0x47]) {
    test(`version ${version} is refused at its first byte`, () => {
      const handshake = new ServerHandshake(countingBytes())
      assert.throws(() => handshake.receive(Uint8Array.of(version)), { name: 'ProtocolError', fault: 'unsupported' })
    })
  }
})

describe('client handshake', () => {
  test('it signs, and answers a server that signs', () => {
    const client = new ClientHandshake(countingBytes())
    const server = new ServerHandshake(countingBytes())
    assert.equal(findDigest(client.opening.subarray(1), 'client'), 8)
    const { reply } = server.receive(client.opening)
    assert.ok(reply)
    const { reply: answer } = client.receive(reply)
    assert.ok(answer)
    assert.equal(answer.length, 1536)
    assert.notDeepEqual(answer, reply.subarray(1, 1537))
    server.receive(answer)
    assert.ok(client.isDone && server.isDone)
  })

  test('a server that does not sign gets its own packet back', () => {
    const client = new ClientHandshake(countingBytes())
    const reply = new Uint8Array(1 + 2 * 1536).fill(5)
    reply[0] = 3
    assert.deepEqual(client.receive(reply).reply, reply.subarray(1, 1537))
  })

  test('it takes exactly S0, S1 and S2, in pieces of any size', () => {
    const bytes = new Uint8Array(4000).fill(5)
    bytes[0] = 3
    for (const size of [1, 100, 3073, 4000]) {
      const client = new ClientHandshake(countingBytes())
      let consumed = 0
      for (let at = 0; at < 4000; at += size) consumed += client.receive(bytes.subarray(at, at + size)).consumed
      assert.equal(consumed, 3073)
    }
  })
})
