import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { decodeLengthPrefixed, encodeLengthPrefixed, type LengthSize } from './length-prefixed.ts'

const digits = (units: readonly Uint8Array[]): string[] => units.map(unit => Buffer.from(unit).toString('hex'))

describe('length-prefixed NAL units, worked out by hand from ISO/IEC 14496-15 §5.3.4.2.1', () => {
  const vectors: { lengthSize: LengthSize; frame: string; units: string[] }[] = [
    { lengthSize: 4, frame: '00000002 09f0 00000003 658801', units: ['09f0', '658801'] },
    { lengthSize: 2, frame: '0002 09f0 0003 658801', units: ['09f0', '658801'] },
    { lengthSize: 1, frame: '02 09f0 03 658801', units: ['09f0', '658801'] },
    { lengthSize: 4, frame: '00000000 00000001 65 00000000', units: ['65'] },
    { lengthSize: 4, frame: '', units: [] },
  ]

  for (const { lengthSize, frame, units } of vectors) {
    test(`lengths of ${lengthSize} bytes: "${frame}"`, () => {
      assert.deepEqual(digits(decodeLengthPrefixed(hex(frame), lengthSize, 'h264')), units)
    })
  }

  test('are written with lengths of four bytes', () => {
    assert.deepEqual(encodeLengthPrefixed([hex('09f0'), hex('658801')]), hex('0000000209f000000003658801'))
  })

  test('a length beyond the frame is the peer’s fault', () => {
    assert.throws(() => decodeLengthPrefixed(hex('00000004 658801'), 4, 'h264'), /4 more bytes are needed, 3 are left/)
    assert.throws(() => decodeLengthPrefixed(hex('000000'), 4, 'h265'), { protocol: 'h265', fault: 'malformed' })
  })

  test('any bytes are units or the peer’s fault', () => {
    fuzzDecoder(14496, [hex('0000000209f000000003658801')], bytes => decodeLengthPrefixed(bytes, 4, 'h264'))
  })
})
