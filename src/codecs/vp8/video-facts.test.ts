import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { encodeVp8CodecConfiguration } from './codec-configuration.ts'
import { isVp8KeyFrame } from './key-frame.ts'
import { vp8VideoFacts } from './video-facts.ts'

/** First bytes of frames by libvpx of Debian 13. */
const keyFrame = hex('103c009d012a820046000007')
const interFrame = hex('d10700081100001e8b637e8b')

test('vp8 facts: size of a key frame', () => {
  assert.deepEqual(vp8VideoFacts(keyFrame), { width: 130, height: 70, codecString: 'vp08.00.10.08' })
})

test('vp8 facts: the configuration tells the level', () => {
  const config = hex('01000000 00 1f 82 010101 0000')
  assert.deepEqual(vp8VideoFacts(keyFrame, config), { width: 130, height: 70, codecString: 'vp08.00.31.08' })
})

test('vp8 configuration: worked out by hand from VP-ISOBMFF §2.2', () => {
  assert.deepEqual(encodeVp8CodecConfiguration(keyFrame), hex('01000000 00 0a 82 020202 0000'))
})

test('vp8 facts: the scale is no part of the size', () => {
  const { width, height } = vp8VideoFacts(hex('103c009d012a 8047 38c4'))
  assert.deepEqual([width, height], [1920, 1080])
})

test('vp8 frame: a key frame or not', () => {
  assert.deepEqual([keyFrame, interFrame, new Uint8Array()].map(isVp8KeyFrame), [true, false, false])
})

for (const [name, frame, rule] of [
  ['an inter frame', interFrame, /first bit is 0, is 1/],
  ['another start code', hex('103c009d012b820046000007'), /start code is 9d 01 2a/],
  ['a version that nobody knows', hex('183c009d012a820046000007'), /at most 3, is 4/],
  ['an empty picture', hex('103c009d012a000046000007'), /is 0 x 70/],
  ['a short frame', hex('103c009d012a820046'), /at least 10 bytes, is 9/],
] as const) {
  test(`vp8 facts: ${name} is the peer’s fault`, () => assert.throws(() => vp8VideoFacts(frame), rule))
}

test('vp8 frame: any bytes are facts or the peer’s fault', () => {
  fuzzDecoder(8, [keyFrame, interFrame], vp8VideoFacts)
})
