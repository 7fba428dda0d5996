import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { encodeAmf3 } from '../../../test/support/amf3.ts'
import type { ProtocolError } from '../../core/errors.ts'
import { type AmfValue, amfObject, EcmaArray, TypedObject, XmlDocument } from './amf-value.ts'
import { decodeAmf3 } from './decode-amf3.ts'

/** Worked out by hand from AMF3 §1.3.1 and §3; never written by our encoder. */
const vectors: { name: string; wire: string; value: AmfValue }[] = [
  { name: 'undefined', wire: '00', value: undefined },
  { name: 'null', wire: '01', value: null },
  { name: 'false', wire: '02', value: false },
  { name: 'true', wire: '03', value: true },
  { name: 'integer of one byte', wire: '04 7f', value: 127 },
  { name: 'integer of two bytes', wire: '04 8100', value: 128 },
  { name: 'integer of three bytes', wire: '04 818000', value: 16_384 },
  { name: 'integer of four bytes', wire: '04 80c08000', value: 2_097_152 },
  { name: 'largest integer', wire: '04 bfffffff', value: 268_435_455 },
  { name: 'smallest integer', wire: '04 c0808000', value: -268_435_456 },
  { name: 'minus one', wire: '04 ffffffff', value: -1 },
  { name: 'double', wire: '05 3ff8000000000000', value: 1.5 },
  { name: 'integer too large for 29 bits', wire: '05 41b0000000000000', value: 268_435_456 },
  { name: 'string', wire: '06 09 6c697665', value: 'live' },
  { name: 'XML document', wire: '07 09 3c612f3e', value: new XmlDocument('<a/>') },
  { name: 'date', wire: '08 01 4273d59217e00000', value: new Date(1_363_000_000_000) },
  { name: 'array', wire: '09 05 01 04 01 03', value: [1, true] },
  { name: 'array with names', wire: '09 01 03 61 04 01 01', value: new EcmaArray(amfObject({ a: 1 })) },
  { name: 'object', wire: '0a 0b 01 03 61 04 01 01', value: amfObject({ a: 1 }) },
  { name: 'typed object', wire: '0a 0b 03 43 03 61 04 01 01', value: new TypedObject('C', amfObject({ a: 1 })) },
  { name: 'object with an empty key', wire: '0a 1b 01 01 01 03 61 03 01', value: amfObject({ '': null, a: true }) },
  { name: 'byte array', wire: '0c 05 dead', value: new Uint8Array([0xde, 0xad]) },
]

/** Forms that we read but never write. */
const decodedOnly: { name: string; wire: string; value: AmfValue }[] = [
  { name: 'XML', wire: '0b 09 3c612f3e', value: new XmlDocument('<a/>') },
  { name: 'string reference', wire: '09 05 01 06 03 61 06 00', value: ['a', 'a'] },
  { name: 'the empty string is not counted', wire: '09 07 01 06 01 06 03 61 06 00', value: ['', 'a', 'a'] },
  {
    name: 'object reference',
    wire: '09 05 01 0a 0b 01 01 0a 02',
    value: [amfObject({}), amfObject({})],
  },
  {
    name: 'traits reference',
    wire: '09 05 01 0a 13 03 43 03 61 04 01 0a 01 04 02',
    value: [new TypedObject('C', amfObject({ a: 1 })), new TypedObject('C', amfObject({ a: 2 }))],
  },
  {
    name: 'array with names and items',
    wire: '09 03 03 61 04 01 01 03',
    value: new EcmaArray(amfObject({ 0: true, a: 1 })),
  },
  { name: 'vector of int', wire: '0d 05 00 ffffffff 00000002', value: [-1, 2] },
  { name: 'vector of uint', wire: '0e 03 01 ffffffff', value: [4_294_967_295] },
  { name: 'vector of double', wire: '0f 03 00 3ff8000000000000', value: [1.5] },
  { name: 'vector of objects', wire: '10 05 00 01 01 03', value: [null, true] },
]

describe('AMF3 values', () => {
  for (const { name, wire, value } of vectors) {
    test(`${name} is encoded`, () => {
      assert.equal(Buffer.from(encodeAmf3(value)).toString('hex'), wire.replaceAll(' ', ''))
    })
  }

  for (const { name, wire, value } of [...vectors, ...decodedOnly]) {
    const bytes = fromHex(wire)

    test(`${name} is decoded`, () => {
      assert.deepEqual(decodeAmf3(bytes), { value, next: bytes.length })
    })

    test(`${name}, cut short, is the peer's fault`, () => {
      for (let n = 0; n < bytes.length; n++) {
        assert.throws(() => decodeAmf3(bytes.subarray(0, n)), { name: 'ProtocolError', fault: 'malformed' })
      }
    })
  }

  test('minus zero stays a double', () => {
    assert.ok(Object.is(decodeAmf3(encodeAmf3(-0)).value, -0))
  })
})

describe('AMF3 against us', () => {
  const faults: { name: string; wire: string; fault: ProtocolError['fault'] }[] = [
    { name: 'array of 2^28 - 1 items', wire: '09 ffffffff 01 01', fault: 'malformed' },
    { name: 'vector of 2^28 - 1 doubles', wire: '0f ffffffff 00 00', fault: 'malformed' },
    { name: 'string of 2^28 - 1 bytes', wire: '06 ffffffff 61', fault: 'malformed' },
    { name: 'traits with more members than bytes', wire: '0a ffffff73 01', fault: 'malformed' },
    {
      name: 'traits with more members than values are allowed',
      wire: `0a a08013 01 ${'01'.repeat(70_000)}`,
      fault: 'limit',
    },
    { name: 'arrays nested 100000 deep', wire: '090301'.repeat(100_000), fault: 'limit' },
    {
      name: 'more numbers in a vector than the limit',
      wire: `0d 888003 00 ${'00000000'.repeat(131_073)}`,
      fault: 'limit',
    },
    { name: 'unknown string', wire: '06 00', fault: 'malformed' },
    { name: 'unknown object', wire: '0a 00', fault: 'malformed' },
    { name: 'unknown traits', wire: '0a 01', fault: 'malformed' },
    { name: 'array inside itself', wire: '09 03 01 09 00', fault: 'unsupported' },
    { name: 'externalizable object', wire: '0a 07 03 43', fault: 'unsupported' },
    { name: 'dictionary', wire: '11 01 00', fault: 'unsupported' },
    { name: 'unknown marker', wire: '12', fault: 'unsupported' },
    {
      name: 'a long text referred to a hundred times',
      wire: `09 8149 01 06 87ff7f ${'61'.repeat(65_535)} ${'0600'.repeat(99)}`,
      fault: 'limit',
    },
  ]
  for (const { name, wire, fault } of faults) {
    test(name, () => {
      assert.throws(() => decodeAmf3(fromHex(wire)), { name: 'ProtocolError', protocol: 'amf', fault })
    })
  }

  test('an array entry without a name is our fault', () => {
    assert.throws(() => encodeAmf3(new EcmaArray({ '': null })), RangeError)
  })
})

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}
