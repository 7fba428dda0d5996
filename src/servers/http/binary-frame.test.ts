import assert from 'node:assert/strict'
import { test } from 'vitest'
import { WireLog } from '../../hub/wire-log.ts'
import { binaryMessages, encodeBinaryFrame } from './binary-frame.ts'

/** Heads of unmasked frames with 256 bytes and 64 KiB are examples of RFC 6455 §5.7; the others follow §5.2. */
for (const [size, head] of [
  [0, '8200'],
  [125, '827d'],
  [126, '827e007e'],
  [256, '827e0100'],
  [65_535, '827effff'],
  [65_536, '827f0000000000010000'],
] as const) {
  test(`binary frame: ${size} bytes of payload`, () => {
    const payload = new Uint8Array(size).fill(7)
    const frame = encodeBinaryFrame(payload)
    assert.equal(frame.toString('hex', 0, head.length / 2), head)
    assert(frame.subarray(head.length / 2).equals(payload))
  })
}

test('binary frame: readers of one run share one frame', () => {
  const log = new WireLog({ gopBytes: 1e6, gopTime: 1e6, gopFrames: 100, lagBytes: 1e6, lagTime: 1e6 })
  log.bytes.set([1, 2, 3], log.reserve(3))
  log.commit(0, 0, { isJoinPoint: true, isRestart: false }, [])
  const run = log.run(log.tail, 0)
  assert.equal(Buffer.from(binaryMessages.encodeRun(run)).toString('hex'), '8203010203')
  assert.equal(binaryMessages.encodeRun(log.run(log.tail, 0)), binaryMessages.encodeRun(run))
})
