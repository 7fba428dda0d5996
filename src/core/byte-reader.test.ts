import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ByteReader } from './byte-reader.ts'
import { ProtocolError } from './errors.ts'

test('byte reader: integers are big-endian and unsigned', () => {
  const reader = new ByteReader(Uint8Array.of(1, 2, 3, 0xff, 0xfe, 0xfd, 0xfc, 9), 'h264')
  assert.deepEqual([reader.u8(), reader.u16(), reader.u32()], [1, 0x0203, 0xfffefdfc])
  assert.deepEqual(reader.bytes(1), Uint8Array.of(9))
  assert.equal(reader.bytesLeft, 0)
})

test('byte reader: past the end is the peer’s fault', () => {
  assert.throws(() => new ByteReader(Uint8Array.of(1), 'h264').u16(), ProtocolError)
  assert.throws(() => new ByteReader(Uint8Array.of(1), 'h264').bytes(2), /2 more bytes are needed, 1 are left/)
})
