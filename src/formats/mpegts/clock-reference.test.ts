import assert from 'node:assert/strict'
import { test } from 'vitest'
import { writeClockReference } from './clock-reference.ts'

/** Worked out by hand from ISO/IEC 13818-1 §2.4.3.5: base × 300 + extension. */
const vectors: readonly (readonly [time: number, wire: string])[] = [
  [0, '000000007e00'],
  [1, '000000007e01'],
  [299, '000000007f2b'],
  [300, '00000000fe00'],
  [27_000_000, '0000afc87e00'],
  [2 ** 33 * 300 - 1, 'ffffffffff2b'],
  [2 ** 33 * 300, '000000007e00'],
  [-1, 'ffffffffff2b'],
]

for (const [time, wire] of vectors) {
  test(`clock reference: ${time} is ${wire}`, () => {
    const bytes = new Uint8Array(7)
    writeClockReference(bytes, 1, time)
    assert.equal(Buffer.from(bytes.subarray(1)).toString('hex'), wire)
  })
}
