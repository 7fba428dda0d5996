import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeAnnexB } from './annex-b.ts'
import { decodeLengthPrefixed, encodeLengthPrefixed } from './length-prefixed.ts'

const digits = (units: readonly Uint8Array[]): string[] => units.map(unit => Buffer.from(unit).toString('hex'))

describe('NAL units in a byte stream, worked out by hand from ITU-T H.264 §B.1', () => {
  const vectors: { name: string; stream: string; units: string[] }[] = [
    { name: 'long start codes', stream: '00000001 09f0 00000001 658801', units: ['09f0', '658801'] },
    { name: 'short start codes', stream: '000001 09f0 000001 658801', units: ['09f0', '658801'] },
    { name: 'zeros around', stream: '0000 000001 09f0 00000000 000001 6588 0000', units: ['09f0', '6588'] },
    { name: 'zeros inside', stream: '000001 65000003000300', units: ['650000030003'] },
    { name: 'an empty unit', stream: '000001 000001 65', units: ['65'] },
  ]

  for (const { name, stream, units } of vectors) {
    test(name, () => assert.deepEqual(digits(decodeAnnexB(hex(stream), 'h264')), units))
  }

  for (const stream of ['', '00', '65 000001 65', '0000000209f0']) {
    test(`"${stream}" does not begin with a start code`, () => {
      assert.throws(() => decodeAnnexB(hex(stream), 'h265'), { protocol: 'h265', fault: 'malformed' })
    })
  }

  test('more units than any picture has are the peer’s fault', () => {
    const stream = (count: number): Buffer => Buffer.alloc(4 * count, hex('00000109'))
    assert.equal(decodeAnnexB(stream(4096), 'h264').length, 4096)
    assert.throws(() => decodeAnnexB(stream(4097), 'h264'), { protocol: 'h264', fault: 'limit' })
  })

  test('any bytes are units or the peer’s fault', () => {
    fuzzDecoder(264, [hex('0000000109f000000001658801')], bytes => decodeAnnexB(bytes, 'h264'))
  })
})

const annexB = (units: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat(units.flatMap(unit => [hex('00000001'), unit]))

test('annex b and length-prefixed: both give back what went in', () => {
  // A unit is what an encoder makes: emulation prevention leaves no start code inside and no zero at the end.
  const unit = fc.uint8Array({ minLength: 1, maxLength: 30 }).map(bytes => bytes.map(byte => byte || 0x80))
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), units => {
      assert.deepEqual(digits(decodeAnnexB(annexB(units), 'h264')), digits(units))
      assert.deepEqual(digits(decodeLengthPrefixed(encodeLengthPrefixed(units), 4, 'h264')), digits(units))
    }),
    { seed: 1, numRuns: 300 },
  )
})
