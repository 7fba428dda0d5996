import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ChunkReader } from './chunk-reader.ts'

function read(pieces: readonly Buffer[], chunkSize = 128): { type: number; body: string }[] {
  const messages: { type: number; body: string }[] = []
  const reader = new ChunkReader((type, body) => messages.push({ type, body: body.toString('hex') }))
  reader.chunkSize = chunkSize
  for (const piece of pieces) reader.push(piece)
  return messages
}

/** RTMP 1.0 §5.3.2.2: 307 bytes of video on chunk stream 4 go out as chunks of 128, 128 and 51. */
const body = Buffer.alloc(307, 0xab)
const split = Buffer.concat([
  Buffer.from('040003e8' + '000133' + '09' + '3a300000', 'hex'),
  body.subarray(0, 128),
  Buffer.from('c4', 'hex'),
  body.subarray(128, 256),
  Buffer.from('c4', 'hex'),
  body.subarray(256),
])

test('chunk reader: puts the example of the specification together', () => {
  assert.deepEqual(read([split]), [{ type: 9, body: body.toString('hex') }])
})

test('chunk reader: the same, cut in two at every byte', () => {
  for (let at = 0; at <= split.length; at++) {
    assert.deepEqual(read([split.subarray(0, at), split.subarray(at)]), [{ type: 9, body: body.toString('hex') }])
  }
})

/** By hand from §5.3.1.2: one message of each header type, 2 bytes each, on chunk stream 6. */
const kinds: { name: string; wire: string; bodies: string[] }[] = [
  { name: 'type 1 has its own size', wire: '06000000000002090100000001024600000100000109ff', bodies: ['0102', 'ff'] },
  { name: 'type 2 keeps the size', wire: '060000000000020901000000010286000028' + '0304', bodies: ['0102', '0304'] },
  { name: 'type 3 keeps everything', wire: '0600000000000209010000000102c60506', bodies: ['0102', '0506'] },
  {
    name: 'an extended timestamp is repeated by type 3',
    wire: '06ffffff0000020901000000010000000102c6010000000506',
    bodies: ['0102', '0506'],
  },
  { name: 'two-byte chunk stream id', wire: '0005000000000001080100000077', bodies: ['77'] },
  { name: 'three-byte chunk stream id', wire: '010201000000000001080100000077', bodies: ['77'] },
]

for (const { name, wire, bodies } of kinds) {
  test(`chunk reader: ${name}, byte by byte`, () => {
    const bytes = Buffer.from(wire, 'hex')
    const pieces = Array.from(bytes, (_byte, i) => bytes.subarray(i, i + 1))
    assert.deepEqual(
      read(pieces).map(message => message.body),
      bodies,
    )
  })
}

test('chunk reader: chunk streams are put together apart', () => {
  const wire = Buffer.from('04000000000004080100000001020600000000000209010000000506' + 'c40304', 'hex')
  assert.deepEqual(
    read([wire], 2).map(message => message.body),
    ['0506', '01020304'],
  )
})

test('chunk reader: a size that nobody published is a RangeError', () => {
  assert.throws(() => read([Buffer.from('04000000' + 'ffffff' + '09' + '01000000', 'hex')]), RangeError)
})
