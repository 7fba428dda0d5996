import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { readFlvFixture } from '../../../test/support/flv-fixture.ts'
import { ProtocolError } from '../../core/errors.ts'
import { encodeFileHeader } from './file-header.ts'
import { FlvFileReader, type FlvTag } from './flv-file-reader.ts'
import { encodeTag } from './tag-header.ts'

const readAll = (bytes: Uint8Array): FlvTag[] => new FlvFileReader().push(bytes)

for (const [name, tags] of [
  ['h264-aac', 92],
  ['mp3', 22],
  ['av1', 8],
] as const) {
  const file = readFlvFixture(name)

  test(`flv file: ${name} is taken apart and put together`, () => {
    const read = readAll(file)
    assert.equal(read.length, tags)
    const header = file.subarray(0, 13)
    const again = Buffer.concat([header, ...read.map(tag => encodeTag(tag.type, tag.timestamp, tag.body))])
    assert.deepEqual(again, file)
  })

  test(`flv file: ${name} in pieces of any size is the same`, () => {
    const whole = readAll(file)
    for (const size of [1, 2, 7, 100, 4096]) {
      const reader = new FlvFileReader()
      const read: FlvTag[] = []
      for (let at = 0; at < file.length; at += size) read.push(...reader.push(file.subarray(at, at + size)))
      assert.deepEqual(read, whole)
    }
  })
}

test('flv file: cut anywhere, the tags before the cut are there and the rest is counted', () => {
  const file = readFlvFixture('mp3')
  const ends: number[] = []
  for (let at = 13; at < file.length; at += 15 + Buffer.from(file).readUIntBE(at + 1, 3)) {
    ends.push(at + 11 + Buffer.from(file).readUIntBE(at + 1, 3))
  }
  for (let length = 0; length < file.length; length++) {
    const reader = new FlvFileReader()
    const tags = reader.push(file.subarray(0, length))
    assert.equal(tags.length, ends.filter(end => end <= length).length)
    const torn = length - Math.max(0, ...ends.filter(end => end <= length).map(end => end + 4), length < 13 ? 0 : 13)
    assert.equal(reader.pendingBytes, length >= 9 && length < 13 ? 0 : Math.max(0, torn))
  }
})

test('flv file: a tag owns its body', () => {
  const bytes = Buffer.concat([
    encodeFileHeader({ hasAudio: true, hasVideo: false }),
    encodeTag(8, 0, Uint8Array.of(0xaf, 1)),
  ])
  const [tag] = readAll(bytes)
  bytes.fill(0)
  assert.deepEqual(tag?.body, Uint8Array.of(0xaf, 1))
})

test('flv file: a longer header, unknown types and encrypted tags are passed over', () => {
  const header = Buffer.from('464c5601050000000baabb00000000', 'hex')
  const unknown = encodeTag(8, 0, Uint8Array.of(1, 2, 3))
  unknown[0] = 15
  const encrypted = encodeTag(9, 0, Uint8Array.of(1))
  encrypted[0] = 0x29
  const empty = encodeTag(8, 7, new Uint8Array())
  const tags = readAll(Buffer.concat([header, unknown, encrypted, empty, encodeTag(18, 8, Uint8Array.of(9))]))
  assert.deepEqual(tags, [
    { type: 8, timestamp: 7, body: new Uint8Array() },
    { type: 18, timestamp: 8, body: Uint8Array.of(9) },
  ])
})

test('flv file: an empty body at the end of a piece is a tag at once', () => {
  const file = Buffer.concat([encodeFileHeader({ hasAudio: true, hasVideo: false }), encodeTag(8, 7, new Uint8Array())])
  assert.equal(new FlvFileReader().push(file.subarray(0, -4)).length, 1)
})

test('flv file: a body beyond the limit is the peer’s fault', () => {
  const reader = new FlvFileReader({ maxBodySize: 10 })
  const file = Buffer.concat([
    encodeFileHeader({ hasAudio: true, hasVideo: false }),
    encodeTag(8, 0, new Uint8Array(11)),
  ])
  assert.throws(() => reader.push(file), /at most 10 bytes, is 11/)
})

test('flv file: any bytes are tags or the peer’s fault', () => {
  const opening = encodeFileHeader({ hasAudio: true, hasVideo: true })
  const pieces = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 })
  fc.assert(
    fc.property(fc.boolean(), pieces, (isFlv, rest) => {
      const reader = new FlvFileReader({ maxBodySize: 0xffff })
      try {
        if (isFlv) reader.push(opening)
        for (const piece of rest) reader.push(piece)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 10, numRuns: 1000 },
  )
})
