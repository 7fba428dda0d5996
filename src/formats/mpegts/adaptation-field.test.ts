import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type AdaptationField, adaptationFieldSize, writeAdaptationField } from './adaptation-field.ts'

/** Worked out by hand from ISO/IEC 13818-1 §2.4.3.4, but for the second one. */
const vectors: { name: string; wire: string; field: AdaptationField }[] = [
  { name: 'key frame', wire: '0140', field: { discontinuity: false, randomAccess: true, pcr: undefined } },
  // FFmpeg 7.1 (libavformat 61), the first picture of a file: PCR 0.7 s.
  {
    name: 'key frame with a clock',
    wire: '075000007b0c7e00',
    field: { discontinuity: false, randomAccess: true, pcr: 63_000 },
  },
  { name: 'jump', wire: '0180', field: { discontinuity: true, randomAccess: false, pcr: undefined } },
  { name: 'odd clock', wire: '071000007b0cfe00', field: { discontinuity: false, randomAccess: false, pcr: 63_001 } },
  {
    name: 'last tick',
    wire: '0710fffffffffe00',
    field: { discontinuity: false, randomAccess: false, pcr: 2 ** 33 - 1 },
  },
  {
    name: 'clock gone round',
    wire: '0710000000007e00',
    field: { discontinuity: false, randomAccess: false, pcr: 2 ** 33 },
  },
  {
    name: 'clock before its beginning',
    wire: '0710fffffffffe00',
    field: { discontinuity: false, randomAccess: false, pcr: -1 },
  },
]

const encode = (size: number, field: AdaptationField): string => {
  const bytes = new Uint8Array(size)
  writeAdaptationField(bytes, 0, size, field)
  return Buffer.from(bytes).toString('hex')
}

for (const { name, wire, field } of vectors) {
  test(`adaptation field: ${name}`, () => {
    assert.equal(adaptationFieldSize(field), wire.length / 2)
    assert.equal(encode(wire.length / 2, field), wire)
  })
}

test('adaptation field: is left out when it says nothing', () => {
  assert.equal(adaptationFieldSize({ discontinuity: false, randomAccess: false, pcr: undefined }), 0)
})

for (const [size, wire] of [
  [1, '00'],
  [2, '0100'],
  [4, '0300ffff'],
] as const) {
  test(`adaptation field: ${size} bytes of stuffing`, () => {
    assert.equal(encode(size, { discontinuity: false, randomAccess: false, pcr: undefined }), wire)
  })
}

test('adaptation field: stuffing behind a clock', () => {
  assert.equal(encode(10, { discontinuity: false, randomAccess: false, pcr: 0 }), '0910000000007e00ffff')
})
