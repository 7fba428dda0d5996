import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { type DvrRecord, decodeDvrIndex, encodeDvrRecord } from './dvr-record.ts'

/** Written with struct.pack of Python 3, and the CRC-32 of its zlib. */
const vectors: readonly { readonly name: string; readonly wire: string; readonly record: DvrRecord }[] = [
  {
    name: 'segment',
    wire: [
      ...['003e', '88a569be', '01', '41dac037c0000000', '4008000000000000', '41dac037a7000000', '42e25e4c47ce0000'],
      ...['4105f90000000000', '00000001', '00015f90', '00010000', '00000032', '766964656f'],
    ].join(''),
    record: {
      type: 'segment',
      segment: {
        ...{ rendition: 'video', number: 1_795_219_200, position: 3, period: 1_795_219_100, discontinuity: 1 },
        ...{ timescale: 90_000, time: 161_569_728_000_000, duration: 180_000, size: 65_536, frames: 50 },
        isIndependent: false,
      },
    },
  },
  {
    name: 'segment that begins with a key frame',
    wire: [
      ...['003e', '3fe3af1f', '03', '41dac037c0000000', '4008000000000000', '41dac037a7000000', '42e25e4c47ce0000'],
      ...['4105f90000000000', '00000001', '00015f90', '00010000', '00000032', '766964656f'],
    ].join(''),
    record: {
      type: 'segment',
      segment: {
        ...{ rendition: 'video', number: 1_795_219_200, position: 3, period: 1_795_219_100, discontinuity: 1 },
        ...{ timescale: 90_000, time: 161_569_728_000_000, duration: 180_000, size: 65_536, frames: 50 },
        isIndependent: true,
      },
    },
  },
  {
    name: 'what was removed',
    wire: ['0009', '9ef9dcd1', '02', '41dac037c1400000'].join(''),
    record: { type: 'removed', below: 1_795_219_205 },
  },
  {
    name: 'what is in the bucket',
    wire: ['001a', '8903ecd3', '04', '41dac037c0000000', '41dac037c7000000', '000004d2', '766964656f'].join(''),
    record: {
      type: 'stored',
      object: { rendition: 'video', first: 1_795_219_200, last: 1_795_219_228, headSize: 1234 },
    },
  },
  {
    name: 'what has left the disk',
    wire: ['0009', 'fa98b118', '05', '41dac037c1400000'].join(''),
    record: { type: 'evicted', below: 1_795_219_205 },
  },
  {
    name: 'what a segment tells',
    wire: [
      '0032',
      '3b3bbe0c',
      '06',
      '41dac037c0000000',
      '427a1fb6727a0000',
      '05',
      '18',
      '766964656f',
      '75726e3a736374653a7363746533353a323031333a62696e',
      'fc30',
    ].join(''),
    record: {
      ...{ type: 'event', rendition: 'video', number: 1_795_219_200 },
      event: { scheme: 'urn:scte:scte35:2013:bin', at: 1_795_219_204_000, data: Uint8Array.of(0xfc, 0x30) },
    },
  },
]

for (const { name, wire, record } of vectors) {
  test(`dvr record: ${name}`, () => {
    const bytes = Buffer.from(wire, 'hex')
    assert.deepEqual(decodeDvrIndex(bytes), { records: [record], size: bytes.length })
    assert.equal(Buffer.from(encodeDvrRecord(record)).toString('hex'), wire)
  })
}

const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
/** Objects as the decoder makes them. */
const plain = { noNullPrototype: true }
const anyRecord: fc.Arbitrary<DvrRecord> = fc.oneof(
  fc.record({ type: fc.constantFrom('removed' as const, 'evicted' as const), below: whole }, plain),
  fc.record(
    {
      type: fc.constant('stored' as const),
      object: fc.record(
        { rendition: fc.constantFrom('video', 'audio-12'), first: whole, last: whole, headSize: uint32 },
        plain,
      ),
    },
    plain,
  ),
  fc.record(
    {
      ...{ type: fc.constant('event' as const), rendition: fc.constantFrom('video', 'audio-12'), number: whole },
      event: fc.record(
        { scheme: fc.constantFrom('', 'urn:x'), at: whole, data: fc.uint8Array({ maxLength: 20 }) },
        plain,
      ),
    },
    plain,
  ),
  fc.record(
    {
      type: fc.constant('segment' as const),
      segment: fc.record(
        {
          ...{ rendition: fc.constantFrom('video', 'audio', 'audio-12'), number: whole, position: whole },
          ...{ period: whole, time: whole, duration: whole },
          ...{ discontinuity: uint32, timescale: uint32, size: uint32, frames: uint32, isIndependent: fc.boolean() },
        },
        plain,
      ),
    },
    plain,
  ),
)
const anyRecords = fc.array(anyRecord, { maxLength: 8 })

test('dvr index: cut at any place, is read up to the last whole record', () => {
  const check = (records: readonly DvrRecord[], part: number): void => {
    const pieces = records.map(encodeDvrRecord)
    const bytes = Buffer.concat(pieces)
    const cut = bytes.subarray(0, Math.floor(part * bytes.length))
    const { records: read, size } = decodeDvrIndex(cut)
    assert.deepEqual(read, records.slice(0, read.length))
    const sizes = pieces.slice(0, read.length + 1).map(({ length }) => length)
    assert.equal(
      size,
      sizes.slice(0, read.length).reduce((sum, length) => sum + length, 0),
    )
    assert.ok(cut.length - size < (sizes[read.length] ?? 1), `${cut.length - size} bytes left`)
  }
  fc.assert(fc.property(anyRecords, fc.double({ min: 0, max: 1, noNaN: true }), check), { seed: 5 })
})

test('dvr index: damaged at any place, is read up to the record before', () => {
  const check = (records: readonly DvrRecord[], place: number, bits: number): void => {
    const bytes = Buffer.concat(records.map(encodeDvrRecord))
    if (bytes.length === 0) return
    const at = place % bytes.length
    bytes[at] = (bytes[at] ?? 0) ^ bits
    const { records: read, size } = decodeDvrIndex(bytes)
    assert.deepEqual(read, records.slice(0, read.length))
    assert.ok(size <= at, `read ${size} bytes, damaged at ${at}`)
  }
  const bits = fc.integer({ min: 1, max: 255 })
  fc.assert(fc.property(anyRecords, fc.nat(), bits, check), { seed: 6 })
})

test('dvr index: of any bytes at all, nothing is made up', () => {
  const check = (bytes: Uint8Array): void => assert.ok(decodeDvrIndex(bytes).size <= bytes.length)
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check), { seed: 7 })
})
