import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { type AmfValue, amfObject, EcmaArray, namedValues, TypedObject, XmlDocument } from './amf-value.ts'
import { decodeAmf0, decodeAmf0Values } from './decode-amf0.ts'
import { encodeAmf0 } from './encode-amf0.ts'

/** Worked out by hand from AMF0 §2.2 to §2.18; never written by our encoder. */
const vectors: { name: string; wire: string; value: AmfValue }[] = [
  { name: 'number', wire: '00 3ff0000000000000', value: 1 },
  { name: 'negative number', wire: '00 c059000000000000', value: -100 },
  { name: 'true', wire: '01 01', value: true },
  { name: 'false', wire: '01 00', value: false },
  { name: 'string', wire: '02 0004 6c697665', value: 'live' },
  { name: 'empty string', wire: '02 0000', value: '' },
  { name: 'string of two-byte characters', wire: '02 0004 c3a9c3bc', value: 'éü' },
  { name: 'string that begins with a byte order mark', wire: '02 0004 efbbbf61', value: '\ufeffa' },
  { name: 'null', wire: '05', value: null },
  { name: 'undefined', wire: '06', value: undefined },
  {
    name: 'object',
    wire: '03 0003 617070 02 0004 6c697665 0001 6e 00 4000000000000000 0000 09',
    value: amfObject({ app: 'live', n: 2 }),
  },
  { name: 'empty object', wire: '03 0000 09', value: amfObject({}) },
  {
    name: 'object with keys that JavaScript knows',
    wire: '03 0009 5f5f70726f746f5f5f 05 0008 746f537472696e67 05 0000 09',
    value: amfObject({ ['__proto__']: null, toString: null }),
  },
  { name: 'object with an empty key', wire: '03 0000 05 0000 09', value: amfObject({ '': null }) },
  {
    name: 'ECMA array',
    wire: '08 00000001 0005 7769647468 00 4094000000000000 0000 09',
    value: new EcmaArray(amfObject({ width: 1280 })),
  },
  { name: 'strict array', wire: '0a 00000002 05 01 01', value: [null, true] },
  { name: 'date', wire: '0b 4273d59217e00000 0000', value: new Date(1_363_000_000_000) },
  { name: 'XML document', wire: '0f 00000004 3c612f3e', value: new XmlDocument('<a/>') },
  { name: 'typed object', wire: '10 0001 43 0001 61 05 0000 09', value: new TypedObject('C', amfObject({ a: null })) },
  { name: 'byte array, as AMF3', wire: '11 0c 05 dead', value: new Uint8Array([0xde, 0xad]) },
]

describe('AMF0 values', () => {
  for (const { name, wire, value } of vectors) {
    const bytes = fromHex(wire)

    test(`${name} is decoded`, () => {
      assert.deepEqual(decodeAmf0(bytes), { value, next: bytes.length })
    })

    test(`${name} is encoded`, () => {
      assert.equal(toHex(encodeAmf0(value)), toHex(bytes))
    })

    test(`${name}, cut short, is the peer's fault or ends between two properties`, () => {
      for (let n = 0; n < bytes.length; n++) {
        try {
          assert.ok(namedValues(decodeAmf0(bytes.subarray(0, n)).value), `cut at ${n}`)
        } catch (error) {
          assert.ok(error instanceof ProtocolError && error.fault === 'malformed', String(error))
        }
      }
    })
  }

  test('a text of more than 65535 bytes is a long string', () => {
    const text = 'x'.repeat(65_536)
    const bytes = encodeAmf0(text)
    assert.equal(toHex(bytes.subarray(0, 6)), '0c0001000078')
    assert.deepEqual(decodeAmf0Values(bytes), [text])
  })

  test('unsupported is undefined', () => {
    assert.deepEqual(decodeAmf0Values(fromHex('0d')), [undefined])
  })

  test('a body is values one behind the other', () => {
    assert.deepEqual(decodeAmf0Values(fromHex('02 0004 706c6179 00 0000000000000000 05')), ['play', 0, null])
    assert.deepEqual(decodeAmf0(fromHex('05 05 01 01'), 2), { value: true, next: 4 })
  })

  test('a reference is the value it refers to', () => {
    const body = fromHex('03 0001 61 05 0000 09  0a 00000002 07 0000 07 0000')
    const object = amfObject({ a: null })
    assert.deepEqual(decodeAmf0Values(body), [object, [object, object]])
  })

  test('the AVM+ marker switches to AMF3 for one value', () => {
    const body = fromHex('11 0a 0b 01 03 61 06 03 62 01  05')
    assert.deepEqual(decodeAmf0Values(body), [amfObject({ a: 'b' }), null])
  })
})

describe('AMF0 as encoders write it', () => {
  for (const count of ['00000000', '00000007', 'ffffffff']) {
    test(`ECMA array that announces ${count} entries and has one`, () => {
      const body = fromHex(`08 ${count} 0001 61 05 0000 09 05`)
      assert.deepEqual(decodeAmf0Values(body), [new EcmaArray(amfObject({ a: null })), null])
    })
  }

  test('the last end marker may be missing', () => {
    assert.deepEqual(decodeAmf0Values(fromHex('08 00000001 0001 61 05')), [new EcmaArray(amfObject({ a: null }))])
    assert.deepEqual(decodeAmf0Values(fromHex('03 0001 61 03 0001 62 05')), [amfObject({ a: amfObject({ b: null }) })])
  })

  test('bytes that are no UTF-8 become replacement characters', () => {
    assert.deepEqual(decodeAmf0Values(fromHex('02 0002 e941')), ['\ufffdA'])
  })
})

describe('AMF0 against us', () => {
  const faults: { name: string; wire: string; fault: ProtocolError['fault'] }[] = [
    { name: 'strict array of 2^32 - 1 values', wire: '0a ffffffff 05', fault: 'malformed' },
    { name: 'long string of 2^32 - 1 bytes', wire: '0c ffffffff 61', fault: 'malformed' },
    { name: 'arrays nested 33 deep', wire: '0a00000001'.repeat(40) + '05', fault: 'limit' },
    { name: 'objects nested 100000 deep', wire: '03000161'.repeat(100_000), fault: 'limit' },
    { name: 'more values than the limit', wire: '05'.repeat(65_537), fault: 'limit' },
    { name: 'a name of 16385 bytes', wire: `03 4001 ${'61'.repeat(16_385)} 05`, fault: 'limit' },
    { name: 'reference to nothing', wire: '07 0000', fault: 'malformed' },
    { name: 'array inside itself', wire: '0a 00000001 07 0000', fault: 'unsupported' },
    { name: 'movie clip', wire: '04', fault: 'unsupported' },
    { name: 'record set', wire: '0e', fault: 'unsupported' },
    { name: 'object end without an object', wire: '09', fault: 'unsupported' },
    { name: 'unknown marker', wire: '12', fault: 'unsupported' },
  ]
  for (const { name, wire, fault } of faults) {
    test(name, () => {
      assert.throws(() => decodeAmf0Values(fromHex(wire)), { name: 'ProtocolError', protocol: 'amf', fault })
    })
  }

  test('references that double at each level', () => {
    const levels = Array.from({ length: 30 }, (_, i) => {
      const reference = `07 ${(i + 1).toString(16).padStart(4, '0')}`
      return `0a 00000002 ${reference} ${reference}`
    })
    const body = fromHex(`03 0000 09 0a 00000001 05 ${levels.join(' ')}`)
    assert.throws(() => decodeAmf0Values(body), { name: 'ProtocolError', fault: 'limit' })
  })

  test('references that repeat a long text', () => {
    const text = `0a 00000001 02 ffff ${'61'.repeat(65_535)}`
    const body = fromHex(text + '070000'.repeat(100))
    assert.throws(() => decodeAmf0Values(body), { name: 'ProtocolError', fault: 'limit' })
  })

  test('a name that AMF0 cannot carry is our fault', () => {
    assert.throws(() => encodeAmf0({ ['x'.repeat(65_536)]: null }), RangeError)
  })
})

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
