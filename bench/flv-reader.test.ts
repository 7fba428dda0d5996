import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FlvReader } from './flv-reader.ts'

/** By hand from FLV 10.1 §E.2 to §E.4.1: a header, a script tag of 2 bytes, a video tag of 3 bytes. */
const FILE = Buffer.from(
  '464c56010500000009' +
    '00000000' +
    '1200000200000000000000' +
    'aabb' +
    '0000000d' +
    '0900000300002800000000' +
    '270100' +
    '0000000e',
  'hex',
)

function read(pieces: readonly Buffer[]): string[] {
  const tags: string[] = []
  const reader = new FlvReader((type, body) => tags.push(`${type}:${body.toString('hex')}`))
  for (const piece of pieces) reader.push(piece)
  return tags
}

test('FLV reader: takes out the tags', () => {
  assert.deepEqual(read([FILE]), ['18:aabb', '9:270100'])
})

test('FLV reader: the same, cut in two at every byte', () => {
  for (let at = 0; at <= FILE.length; at++) {
    assert.deepEqual(read([FILE.subarray(0, at), FILE.subarray(at)]), ['18:aabb', '9:270100'])
  }
})

test('FLV reader: grows for a large tag', () => {
  const body = Buffer.alloc(100_000, 5)
  const header = Buffer.from('0901' + '86a0' + '00000000000000', 'hex')
  const tag = Buffer.concat([FILE.subarray(0, 13), header, body, Buffer.alloc(4)])
  assert.deepEqual(read([tag]), [`9:${body.toString('hex')}`])
})

test('FLV reader: something else is a RangeError', () => {
  assert.throws(() => read([Buffer.from('<html>not a stream</html>')]), RangeError)
})
