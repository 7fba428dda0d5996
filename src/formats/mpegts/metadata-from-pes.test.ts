import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { MetadataFromPes } from './metadata-from-pes.ts'

const klv = '060e2b34020b01010e01030101000000 02 0102'
const digits = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

test('metadata: synchronous KLV lies in cells', () => {
  const reader = new MetadataFromPes('klv', 'cells')
  const [unit] = reader.read({
    pts: 900,
    dts: undefined,
    payload: hex(`00 07 df 0009 ${klv.slice(0, 18)} 0008 df 0002 0102`),
  })
  assert.equal(digits(unit?.payload), `${klv.slice(0, 18)}0102`.replaceAll(' ', ''))
  assert.deepEqual([unit?.dts, unit?.form.codec], [900, 'klv'])
})

test('metadata: asynchronous KLV and ID3 lie in the packet as they are', () => {
  for (const codec of ['klv', 'id3'] as const) {
    const [unit] = new MetadataFromPes(codec, 'plain').read({ pts: undefined, dts: undefined, payload: hex(klv) })
    assert.equal(digits(unit?.payload), klv.replaceAll(' ', ''))
    assert.deepEqual([unit?.dts, unit?.form.codec], [undefined, codec])
  }
})

test('metadata: a cell that is not whole is counted, and an empty packet says nothing', () => {
  const reader = new MetadataFromPes('klv', 'cells')
  assert.deepEqual(reader.read({ pts: 0, dts: undefined, payload: hex('0000df0004 0102') }), [])
  assert.deepEqual(reader.read({ pts: 0, dts: undefined, payload: new Uint8Array() }), [])
  assert.equal(reader.unreadable, 1)
})

test('metadata: more cells than anybody packs are counted as one fault', () => {
  const reader = new MetadataFromPes('klv', 'cells')
  const payload = Buffer.alloc(6 * 1025, hex('0000df000101'))
  assert.deepEqual(reader.read({ pts: 0, dts: undefined, payload }), [])
  assert.equal(reader.unreadable, 1)
  assert.equal(reader.read({ pts: 0, dts: undefined, payload: payload.subarray(6) })[0]?.payload.length, 1024)
})

test('metadata: any cells are data or counted', () => {
  const reader = new MetadataFromPes('klv', 'cells')
  fuzzDecoder(336, [hex('0000df0002 0102 0001df0001 03')], payload => reader.read({ pts: 0, dts: undefined, payload }))
})
