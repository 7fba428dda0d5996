import assert from 'node:assert/strict'
import { test } from 'vitest'
import { BitReader } from './bit-reader.ts'
import { ProtocolError } from './errors.ts'

const reader = (bits: string): BitReader => {
  const digits = bits.replaceAll(' ', '')
  const padded = digits.padEnd(Math.ceil(digits.length / 8) * 8, '0')
  return new BitReader(
    Uint8Array.from(padded.match(/.{8}/g) ?? [], octet => Number.parseInt(octet, 2)),
    'h264',
  )
}

test('bit reader: fields run across byte borders', () => {
  const bits = reader('101 00001111 0 1111')
  assert.deepEqual([bits.bits(3), bits.bits(8), bits.flag(), bits.bits(4)], [5, 15, false, 15])
  assert.equal(bits.bitsLeft, 0)
})

test('bit reader: 32 bits are unsigned, 0 bits are 0', () => {
  const bits = new BitReader(Uint8Array.of(0xff, 0xff, 0xff, 0xfe), 'h264')
  assert.equal(bits.bits(0), 0)
  assert.equal(bits.bits(32), 0xfffffffe)
})

/** ITU-T H.264 table 9-2 and 9-3. */
const expGolomb = [
  { code: '1', unsigned: 0, signed: 0 },
  { code: '010', unsigned: 1, signed: 1 },
  { code: '011', unsigned: 2, signed: -1 },
  { code: '00100', unsigned: 3, signed: 2 },
  { code: '00111', unsigned: 6, signed: -3 },
  { code: '0001010', unsigned: 9, signed: 5 },
  { code: `${'0'.repeat(32)}1${'1'.repeat(32)}`, unsigned: 2 ** 33 - 2, signed: 1 - 2 ** 32 },
]

for (const { code, unsigned, signed } of expGolomb) {
  test(`bit reader: Exp-Golomb code ${code}`, () => {
    assert.equal(reader(code).unsignedExpGolomb(), unsigned)
    assert.equal(reader(code).signedExpGolomb(), signed)
  })
}

test('bit reader: past the end is the peer’s fault', () => {
  const bits = reader('00000000')
  assert.throws(() => bits.bits(9), ProtocolError)
  assert.throws(() => bits.skip(9), ProtocolError)
  assert.throws(() => bits.unsignedExpGolomb(), ProtocolError)
  assert.throws(() => reader('0'.repeat(80)).unsignedExpGolomb(), /at most 32/)
})

test('bit reader: aligns to the next byte', () => {
  const bits = reader('10000000 00000011')
  bits.align()
  bits.skip(1)
  bits.align()
  assert.equal(bits.bits(8), 3)
})
