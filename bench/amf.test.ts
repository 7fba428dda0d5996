import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type AmfValue, decodeAmf, encodeAmf } from './amf.ts'

/** Worked out by hand from AMF0 §2. */
const vectors: { name: string; wire: string; values: AmfValue[] }[] = [
  { name: 'number', wire: '003ff0000000000000', values: [1] },
  { name: 'boolean', wire: '01010100', values: [true, false] },
  { name: 'string', wire: '0200046c697665', values: ['live'] },
  { name: 'null and undefined', wire: '0506', values: [null, undefined] },
  { name: 'strict array', wire: '0a00000002' + '05' + '020001' + '2a', values: [[null, '*']] },
  { name: 'object', wire: '030003617070020004' + '6c697665' + '000009', values: [{ app: 'live' }] },
]

for (const { name, wire, values } of vectors) {
  test(`AMF0: ${name}`, () => {
    assert.deepEqual(decodeAmf(Buffer.from(wire, 'hex')), values)
    assert.equal(encodeAmf(...values).toString('hex'), wire)
  })
}

test('AMF0: an ECMA array is read as an object', () => {
  assert.deepEqual(decodeAmf(Buffer.from('080000000100016105000009', 'hex')), [{ a: null }])
})

for (const cut of ['003ff00000000000', '01', '0200046c6976', '0300036170700200046c697665', '0a0000000205']) {
  test(`AMF0: ${cut}, which is cut short, is a RangeError`, () => {
    assert.throws(() => decodeAmf(Buffer.from(cut, 'hex')), RangeError)
  })
}

test('AMF0: reading stops at a type that no command needs', () => {
  assert.deepEqual(decodeAmf(Buffer.from('050b', 'hex')), [null])
})
