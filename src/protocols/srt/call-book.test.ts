import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readSrtCapture } from '../../../test/support/srt-capture.ts'
import type { Call } from './call.ts'
import { CallBook } from './call-book.ts'
import { decodeHandshake, type Handshake } from './handshake.ts'
import { headerSize } from './packet.ts'

const handshake = decodeHandshake(readSrtCapture('publish')[2]?.bytes.subarray(headerSize) ?? new Uint8Array(0))

function call(differences: Partial<Handshake> = {}, port = 5000): Call {
  return {
    peer: { address: '192.0.2.1', port },
    handshake: { ...handshake, ...differences },
    timestamp: 0,
    at: 0,
    capabilities: { version: 0, flags: 0, receiverDelay: 0, senderDelay: 0 },
    streamId: '',
    keyMaterial: undefined,
  }
}

test('call book: a caller that asks again is the same one, and any other is not', () => {
  const book = new CallBook<string>()
  book.add(call(), 'one')
  assert.equal(book.open(call()), 'one')
  for (const other of [call({ socketId: 1 }), call({ initialSequence: 1 }), call({}, 5001)]) {
    assert.equal(book.open(other), undefined)
  }
})

test('call book: a call that is over is known as long as its cookie may be good', () => {
  const book = new CallBook<string>()
  const refusal = Uint8Array.of(1)
  book.add(call(), 'one')
  assert.equal(book.ended(call(), 1000), undefined)
  book.end(call(), refusal, 1000)
  assert.equal(book.open(call()), undefined)
  assert.deepEqual(book.ended(call(), 121_000), { refusal })
  assert.equal(book.ended(call(), 242_000), undefined)
})

test('call book: it remembers only so many', () => {
  const book = new CallBook<string>()
  for (let socketId = 1; socketId <= 40_000; socketId++) book.end(call({ socketId }), undefined, 0)
  const known = Array.from({ length: 40_000 }, (_, i) => book.ended(call({ socketId: i + 1 }), 0))
  assert.equal(known.filter(ended => ended !== undefined).length, 16_384 + (40_000 % 16_384))
  assert.ok(book.ended(call({ socketId: 40_000 }), 0))
})
