import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { crc32 } from './crc32.ts'
import { moveCue } from './splice-info.ts'

/** SCTE 35 §14.1: time_signal, placement opportunity start. */
const sample = hex(
  'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e',
)

for (const [name, ticks, adjustment] of [
  ['half a second later', 45_000, '000000afc8'],
  ['earlier', -1, '01ffffffff'],
  ['by a whole turn of the clock', 2 ** 33, '0000000000'],
] as const) {
  test(`splice info: ${name}, by its adjustment alone`, () => {
    const moved = moveCue(sample, ticks)
    assert.equal(Buffer.from(moved.subarray(4, 9)).toString('hex'), adjustment)
    assert.equal(crc32(moved), 0)
    assert.deepEqual(moved.subarray(9, -4), sample.subarray(9, -4))
    assert.deepEqual(moveCue(moved, -ticks), sample)
  })
}

test('splice info: any bytes are a cue or the peer’s fault', () => {
  fuzzDecoder(35, [sample], bytes => moveCue(bytes, 1))
})
