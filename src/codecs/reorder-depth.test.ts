import assert from 'node:assert/strict'
import { test } from 'vitest'
import { reorderDepth } from './reorder-depth.ts'

/** Configuration records written by FFmpeg 7.1.5 with libx264 and libx265 of Debian 13; ffprobe says the same depths. */
const twoBFrames = '0164000dffe100196764000dacd94141fb011000000300100000030320f142996001000468ef8fcbfdf8f800'
const baseline = '0142c028ffe100176742c028da01e0089f97011000003e90000ea600f1832a01000468ce0fc8'
const hevc =
  '01016000000090000000000078f000fcfdf8f800000f03a00001001840010c01ffff016000000300900000030000030078959409a10001002b420101016000000300900000030000030078a003c0801107cb965654a4c2f0168080000003008000000c84a2000100064401c073c189'

const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')

test('reorder depth: is what the encoder was asked for', () => {
  assert.equal(reorderDepth('h264', bytes(twoBFrames)), 2)
  assert.equal(reorderDepth('h264', bytes(baseline)), 0)
  assert.equal(reorderDepth('h265', bytes(hevc)), 2)
})

test('reorder depth: is not known of what does not tell it, or cannot be read', () => {
  const monochrome = '0164000affe1001a6764000af36511f8f8fc05b2000003000200000300281e244b2c01000668ebe3cb22c0fcf8f800'
  const withoutVui = '0142c01effe100096742c01eda0280bfe501000468ce3c80'
  assert.equal(reorderDepth('h264', bytes(withoutVui)), undefined)
  assert.equal(reorderDepth('h264', bytes(monochrome.slice(0, 60))), undefined)
  assert.equal(reorderDepth('h265', bytes('01')), undefined)
  assert.equal(reorderDepth('vp9', bytes(twoBFrames)), undefined)
})
