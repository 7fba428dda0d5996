import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame } from '../../../test/support/sample-frames.ts'
import { opusAccessUnit } from './opus-access-unit.ts'

/** Worked out by hand from Opus in MPEG-TS, opus_access_unit. */
for (const [size, header] of [
  [4, '7fe004'],
  [254, '7fe0fe'],
  [255, '7fe0ff00'],
  [600, '7fe0ffff5a'],
] as const) {
  test(`Opus access unit: packet of ${size} bytes`, () => {
    const [start, packet] = opusAccessUnit(audioFrame(0, size))
    assert.equal(Buffer.from(start ?? []).toString('hex'), header)
    assert.equal(packet?.length, size)
  })
}
