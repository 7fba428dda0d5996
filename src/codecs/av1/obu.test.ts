import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { ByteReader } from '../../core/byte-reader.ts'
import { decodeLeb128, encodeLeb128 } from './leb128.ts'
import { decodeObus, encodeObu } from './obu.ts'

describe('av1 obu, worked out by hand from AV1 §5.3', () => {
  test('with and without extension, the last without size', () => {
    const unit = hex('1200 3648 02 aabb 7a 00 30 ccdd')
    assert.deepEqual(
      decodeObus(unit).map(({ type, bytes, payload }) => [type, bytes.length, Buffer.from(payload).toString('hex')]),
      [
        [2, 2, ''],
        [6, 5, 'aabb'],
        [15, 2, ''],
        [6, 3, 'ccdd'],
      ],
    )
  })

  test('is written with its size', () => {
    assert.deepEqual(encodeObu(1, hex('aabb')), hex('0a02aabb'))
    assert.deepEqual(encodeObu(6, new Uint8Array(200)).subarray(0, 4), hex('32c80100'))
  })

  for (const [bytes, rule] of [
    ['9200', /obu_forbidden_bit is 0, is 1/],
    ['0a05aabb', /5 more bytes are needed, 2 are left/],
    ['36', /1 more bytes/],
    ['0a80', /1 more bytes/],
    ['0affffffffffffffffff', /at most 8 bytes/],
    ['0affffffff7f', /at most 4294967295/],
  ] as const) {
    test(`"${bytes}" is the peer’s fault`, () => assert.throws(() => decodeObus(hex(bytes)), rule))
  }

  test('more OBUs than any unit has are the peer’s fault', () => {
    assert.equal(decodeObus(Buffer.alloc(2 * 4096, hex('1200'))).length, 4096)
    assert.throws(() => decodeObus(Buffer.alloc(2 * 4097, hex('1200'))), { protocol: 'av1', fault: 'limit' })
  })

  test('any bytes are OBUs or the peer’s fault', () => {
    fuzzDecoder(4, [hex('1200 3648 02 aabb 30 ccdd')], decodeObus)
  })
})

describe('av1 leb128, worked out by hand from AV1 §4.10.5', () => {
  for (const [value, bytes] of [
    [0, '00'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [4294967295, 'ffffffff0f'],
  ] as const) {
    test(`${value}`, () => {
      assert.equal(decodeLeb128(new ByteReader(hex(bytes), 'av1')), value)
      assert.deepEqual(encodeLeb128(value), [...hex(bytes)])
    })
  }

  test('may be longer than it needs to be', () => {
    assert.equal(decodeLeb128(new ByteReader(hex('8080808000'), 'av1')), 0)
  })
})
