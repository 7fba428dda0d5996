import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { test } from 'vitest'
import { decodeMark, encodeMark, isIntact, MARK_SIZE, type Mark, monotonicNs } from './marks.ts'

/** CRC-32 of "123456789" is the check value of the algorithm's definition (ISO 3309, PNG Annex D). */
const FILLER = '123456789'
const FILLER_CRC = 0xcbf43926
const MARK: Mark = {
  kind: 'video',
  stream: 7,
  sequence: 26,
  sentNs: 1_000_000_000,
  fillerSize: FILLER.length,
  fillerCrc: FILLER_CRC,
}
const TEXT = 'SlMkV000000070000001a0000003b9aca0000000009cbf43926'

test('mark: is the text worked out by hand, both ways', () => {
  const bytes = Buffer.alloc(MARK_SIZE)
  encodeMark(MARK, bytes)
  assert.equal(bytes.toString('latin1'), TEXT)
  assert.deepEqual(decodeMark(Buffer.from(TEXT)), MARK)
})

test('mark: is found behind what a server puts before it', () => {
  assert.deepEqual(decodeMark(Buffer.from(`\0\0\0\x02\x09\xf0\0\0\0\x57${TEXT}`, 'latin1')), MARK)
})

test('mark: cut short anywhere, is none', () => {
  for (let size = 0; size < TEXT.length; size++) assert.equal(decodeMark(Buffer.from(TEXT.slice(0, size))), undefined)
})

test('mark: with a digit that is none, is none', () => {
  assert.equal(decodeMark(Buffer.from(TEXT.replace('1a', '1g'))), undefined)
})

test('mark: knows its filler, and every flipped bit of it', () => {
  const payload = Buffer.from(TEXT + FILLER)
  assert.equal(crc32(FILLER), FILLER_CRC)
  assert.equal(isIntact(MARK, payload), true)
  for (let bit = 0; bit < FILLER.length * 8; bit++) {
    const flipped = Buffer.from(payload)
    const at = TEXT.length + (bit >> 3)
    flipped[at] = flipped.readUInt8(at) ^ (1 << (bit & 7))
    assert.equal(isIntact(MARK, flipped), false)
  }
})

test('mark: a payload shorter than its filler is not intact', () => {
  assert.equal(isIntact(MARK, Buffer.from('12345678')), false)
})

test('mark: the clock does not go back', () => {
  const first = monotonicNs()
  assert.ok(monotonicNs() >= first)
})
