import assert from 'node:assert/strict'
import { test } from 'vitest'
import {
  decodeTagHeader,
  encodeTag,
  type TagType,
  tagHeaderSize,
  writePreviousTagSize,
  writeTagHeader,
} from './tag-header.ts'

/** Worked out by hand from FLV 10.1 §E.4.1; the first is in FFmpeg's h264-aac fixture. */
const vectors: { name: string; wire: string; type: TagType; dataSize: number; timestamp: number }[] = [
  { name: 'video at 40 ms', wire: '0900001700002800000000', type: 9, dataSize: 23, timestamp: 40 },
  { name: 'extended timestamp', wire: '08000102abcdef12000000', type: 8, dataSize: 258, timestamp: 0x12abcdef },
  { name: 'largest values', wire: '12ffffffffffffff000000', type: 18, dataSize: 0xffffff, timestamp: 0xffffffff },
]

for (const { name, wire, type, dataSize, timestamp } of vectors) {
  const bytes = Buffer.from(wire, 'hex')

  test(`tag header: ${name}`, () => {
    assert.deepEqual(decodeTagHeader(bytes), { type, isFiltered: false, dataSize, timestamp })
    assert.deepEqual(decodeTagHeader(Buffer.concat([Buffer.of(1, 2), bytes]), 2)?.timestamp, timestamp)
    const written = new Uint8Array(tagHeaderSize + 1).fill(0xee)
    writeTagHeader(written, 1, type, dataSize, timestamp)
    assert.equal(Buffer.from(written).toString('hex'), `ee${wire}`)
  })

  test(`tag header: ${name}, cut short, asks for more`, () => {
    for (let n = 0; n < bytes.length; n++) assert.equal(decodeTagHeader(bytes.subarray(0, n)), undefined)
  })
}

test('tag header: time is written modulo 2^32', () => {
  const written = new Uint8Array(tagHeaderSize)
  writeTagHeader(written, 0, 9, 0, 2 ** 32 + 0x01020304)
  assert.equal(decodeTagHeader(written)?.timestamp, 0x01020304)
})

test('tag header: an encrypted tag says so', () => {
  assert.deepEqual(decodeTagHeader(Buffer.from('2900000000000000000000', 'hex')), {
    type: 9,
    isFiltered: true,
    dataSize: 0,
    timestamp: 0,
  })
})

test('previous tag size: counts the header', () => {
  const bytes = new Uint8Array(4)
  writePreviousTagSize(bytes, 0, 0x01020304 - 11)
  assert.deepEqual(bytes, Uint8Array.of(1, 2, 3, 4))
  assert.equal(
    Buffer.from(encodeTag(8, 5, Uint8Array.of(0xaf, 1))).toString('hex'),
    '0800000200000500000000' + 'af01' + '0000000d',
  )
})
