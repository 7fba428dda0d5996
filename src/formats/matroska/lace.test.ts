import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { decodeLace, lacings } from './lace.ts'

/** Sizes of 800, 500 and 1000 bytes: the examples of RFC 9559 §10.3.2 and §10.3.3. */
const heads = { xiph: '02ffffff23fff5', ebml: '0243205ed3' } as const
const frames = [800, 500, 1000].map((size, i) => Buffer.alloc(size, i + 1))

for (const name of ['xiph', 'ebml'] as const) {
  const data = Buffer.concat([Buffer.from(heads[name], 'hex'), ...frames])

  test(`lace: ${name}, the example of RFC 9559`, () => {
    assert.deepEqual(
      decodeLace(lacings[name], data).map(frame => Buffer.from(frame)),
      frames,
    )
  })

  test(`lace: ${name}, cut inside of its head or of a frame but the last, is malformed`, () => {
    for (const size of [0, 1, 3, 4, 700, 1300]) {
      assert.throws(() => decodeLace(lacings[name], data.subarray(0, size)), ProtocolError)
    }
  })
}

test('lace: frames of one size', () => {
  const data = Uint8Array.of(2, 1, 1, 2, 2, 3, 3)
  assert.deepEqual(
    decodeLace(lacings.fixedSize, data).map(frame => [...frame]),
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  )
  assert.throws(() => decodeLace(lacings.fixedSize, data.subarray(0, 6)), ProtocolError)
})

test('lace: without lacing, all of it is one frame', () => {
  assert.deepEqual(decodeLace(lacings.none, Uint8Array.of(9, 8)), [Uint8Array.of(9, 8)])
})

test('lace: a size below 0 is malformed', () => {
  // 1 byte, then 62 less.
  assert.throws(() => decodeLace(lacings.ebml, Uint8Array.of(2, 0x81, 0x81, 0, 0)), ProtocolError)
})

test('lace: whatever the bytes are, frames are in them or they are malformed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 600 }), (lacing, data) => {
      try {
        const size = decodeLace(lacing, data).reduce((sum, frame) => sum + frame.length, 0)
        assert.ok(size <= data.length)
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 9559, numRuns: 3000 },
  )
})
