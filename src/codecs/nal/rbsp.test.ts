import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { removeEmulationPrevention } from './rbsp.ts'

/** Worked out by hand from ITU-T H.264 §7.3.1. */
const vectors = [
  { name: 'nothing to take out', unit: '6764001f', rbsp: '6764001f' },
  { name: 'before 01', unit: '67000003 01', rbsp: '67000001' },
  { name: 'before 03', unit: '67000003 03', rbsp: '67000003' },
  { name: 'twice in a row', unit: '67000003 0000 03 01', rbsp: '67 0000 0000 01' },
  { name: 'at the end', unit: '67000003', rbsp: '670000' },
  { name: '03 behind one zero stays', unit: '670003', rbsp: '670003' },
  { name: 'empty', unit: '', rbsp: '' },
]

for (const { name, unit, rbsp } of vectors) {
  test(`emulation prevention: ${name}`, () => {
    assert.deepEqual(Uint8Array.from(removeEmulationPrevention(hex(unit))), hex(rbsp))
  })
}
