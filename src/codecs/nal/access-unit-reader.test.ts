import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { h266VideoFacts } from '../h266/video-facts.ts'
import { AccessUnitReader, splitAtDelimiters } from './access-unit-reader.ts'
import { encodeLengthPrefixed } from './length-prefixed.ts'
import type { NalCodec } from './nal-codec.ts'

/** By libx264 of FFmpeg 7.1.5, 64x48; the record as FFmpeg writes it. */
const sps = hex('6764000aacd9447b011000000300100000030320f1225960')
const pps = hex('68ef839cb0')
const record = '0164000affe10018 6764000aacd9447b011000000300100000030320f1225960 01 0005 68ef839cb0 fdf8f800'
/** The same with another level, and another PPS with the id 1: worked out by hand from ITU-T H.264 §7.3.2.1.1, §7.3.2.2. */
const otherSps = hex('6764000bacd9447b011000000300100000030320f1225960')
const secondPps = hex('684ef839cb')
const idr = hex('658884')
const slice = hex('419a24')
const delimiter = hex('09f0')

function read(reader: AccessUnitReader, ...units: Uint8Array[]): { config: string; isKey: boolean } | undefined {
  const unit = reader.read(units)
  return unit && { config: Buffer.from(unit.config).toString('hex'), isKey: unit.isKey }
}

const spsLevels = (config: string | undefined): readonly string[] =>
  [...(config ?? '').matchAll(/676400(..)ac/g)].map(([, level]) => level ?? '')

test('access units: parameter sets become the configuration, the rest the payload', () => {
  const reader = new AccessUnitReader('h264')
  const unit = reader.read([delimiter, sps, pps, idr])
  assert.equal(Buffer.from(unit?.config ?? []).toString('hex'), record.replaceAll(' ', ''))
  assert.deepEqual(unit?.payload, encodeLengthPrefixed([idr]))
  assert.equal(unit?.isKey, true)
})

test('access units: without parameter sets, or without a picture, there is no frame', () => {
  const reader = new AccessUnitReader('h264')
  assert.equal(reader.read([idr]), undefined)
  assert.equal(reader.read([delimiter, sps, pps]), undefined)
  assert.equal(reader.read([slice])?.isKey, false)
})

test('access units: the configuration is the same array until it changes', () => {
  const reader = new AccessUnitReader('h264')
  const first = reader.read([sps, pps, idr])
  assert.equal(reader.read([Uint8Array.from(sps), Uint8Array.from(pps), idr])?.config, first?.config)
  assert.notEqual(reader.read([otherSps, pps, idr])?.config, first?.config)
})

test('access units: a PPS that comes later is added, a new SPS with its PPS begins anew', () => {
  const reader = new AccessUnitReader('h264')
  read(reader, sps, pps, idr)
  assert.ok(read(reader, secondPps, slice)?.config.includes('0568ef839cb00005684ef839cb'))
  const anew = read(reader, otherSps, pps, idr)
  assert.deepEqual(spsLevels(anew?.config), ['0b'])
  assert.ok(!anew?.config.includes('684ef839cb'))
})

test('access units: decoding can start at a recovery point', () => {
  const reader = new AccessUnitReader('h264')
  read(reader, sps, pps, idr)
  assert.equal(read(reader, hex('060601c480'), slice)?.isKey, true)
  assert.equal(read(reader, hex('0601020304 80'), slice)?.isKey, false)
})

test('access units: malformed parameter sets are the peer’s fault, and forgotten', () => {
  const reader = new AccessUnitReader('h264')
  read(reader, sps, pps, idr)
  assert.throws(() => reader.read([hex('6764000aff'), pps, idr]), { protocol: 'h264', fault: 'malformed' })
  assert.equal(reader.read([idr]), undefined)
  assert.notEqual(read(reader, sps, pps, idr), undefined)
})

test('access units: parameter sets beyond all measure are the peer’s fault', () => {
  const reader = new AccessUnitReader('h264')
  const long = new Uint8Array(40_000).fill(0xff)
  assert.throws(() => reader.read([sps, pps, Uint8Array.of(0x68, 0xa0, ...long), Uint8Array.of(0x68, 0x60, ...long)]), {
    fault: 'limit',
  })
})

/** SPATSCAL_A_4 of ITU-T H.266.1. */
test('access units: H.266', () => {
  const h266Sps = hex(
    '0079010d2266c000402c40488d4017c8b912913591984d958c10209e0868b88888897c4444ba888897711112e48888972c4444b9a22225cf11115bf27e5ff2fea5fdcbf925fcb2fe697f3cbf8897d444bee225f2444be58897cd112f9e22e3fbebb18810',
  )
  const unit = new AccessUnitReader('h266').read([hex('00a128'), h266Sps, hex('00810002c4'), hex('0039c400')])
  assert.equal(unit?.isKey, true)
  assert.deepEqual(h266VideoFacts(unit?.config ?? new Uint8Array()).width, 176)
})

test('access units: several are split at their delimiters', () => {
  assert.deepEqual(splitAtDelimiters([delimiter, sps, idr, delimiter, slice], 'h264'), [
    [delimiter, sps, idr],
    [delimiter, slice],
  ])
})

for (const codec of ['h264', 'h265', 'h266'] as const satisfies readonly NalCodec[]) {
  test(`access units: any ${codec} units are frames, none, or the peer’s fault`, () => {
    const heads = { h264: [0x67, 0x68, 0x65, 0x06], h265: [0x40, 0x42, 0x44, 0x26], h266: [0, 0, 0, 0] }[codec]
    fuzzDecoder(7, [sps, pps], bytes => {
      const reader = new AccessUnitReader(codec)
      for (const head of heads) reader.read([Uint8Array.of(head, ...bytes)])
      if (codec === 'h266')
        for (const type of [12, 13, 14, 15, 16]) reader.read([Uint8Array.of(0, type << 3, ...bytes)])
    })
  })
}
