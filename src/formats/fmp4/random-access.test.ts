import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodeRandomAccess } from './random-access.ts'

/** Worked out by hand from ISO/IEC 14496-12 §8.8.9 to §8.8.11. */
const mfra = `
  00000056 6d667261
    0000003e 74667261 01000000 00000001 00000000 00000002
      0000000000001c20 00000000000003e8 01 01 01
      0000000000017bb0 0000000100000000 01 01 01
    00000010 6d66726f 00000000 00000056`

test('random access: an index of fragments, and its size at the very end', () => {
  const points = [
    { time: 7200, position: 1000 },
    { time: 97_200, position: 2 ** 32 },
  ]
  assert.equal(Buffer.from(encodeRandomAccess(1, points)).toString('hex'), mfra.replaceAll(/\s/g, ''))
})
