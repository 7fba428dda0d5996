import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { audioFrame } from '../../../test/support/sample-frames.ts'
import { decodeOpusAccessUnit, opusAccessUnit } from './opus-access-unit.ts'
import { opusHeadOfChannelCode } from './opus-channel-config.ts'

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

/** Worked out by hand from Opus in MPEG-TS, V0.1.3 (opus_control_header). */
for (const [name, wire, packetAt, end] of [
  ['as most are', '7fe003 aabbcc', 3, 6],
  ['trimmed at both ends, with an extension', '7ffc02 0001 0002 01ff aabb', 9, 11],
  ['of 256 bytes', `7fe0ff01${'aa'.repeat(256)}`, 4, 260],
] as const) {
  test(`opus access unit: ${name}, is taken apart`, () => {
    assert.deepEqual(decodeOpusAccessUnit(hex(wire)), { packetAt, end })
    for (let length = 0; length < hex(wire).length; length++) {
      assert.throws(() => decodeOpusAccessUnit(hex(wire).subarray(0, length)), {
        protocol: 'mpegts',
        fault: 'malformed',
      })
    }
  })
}

/** RFC 7845 §5.1.1.2. */
test('opus channel code: says how the channels lie', () => {
  assert.equal(opusHeadOfChannelCode(0), undefined)
  assert.equal(opusHeadOfChannelCode(9), undefined)
  const head = (code: number): string => Buffer.from(opusHeadOfChannelCode(code) ?? []).toString('hex')
  assert.equal(head(2), '4f70757348656164 01 02 0000 80bb0000 0000 00'.replaceAll(' ', ''))
  assert.equal(head(6), '4f70757348656164 01 06 0000 80bb0000 0000 01 04 02 000401020305'.replaceAll(' ', ''))
})
