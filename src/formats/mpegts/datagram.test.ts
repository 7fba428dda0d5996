import assert from 'node:assert/strict'
import { test } from 'vitest'
import { fuzzDecoder, hex } from '../../../test/support/protocol-faults.ts'
import { tsPayload } from './datagram.ts'

/** Worked out by hand from RFC 3550 §5.1. */
const head = '0001 00000002 00000003'
for (const [name, datagram, payload] of [
  ['packets as they are', '471fff', '471fff'],
  ['RTP', `8021 ${head} 471fff`, '471fff'],
  ['RTP with contributors and extension', `9221 ${head} 00000004 00000005 abac 0001 00000000 471fff`, '471fff'],
  ['RTP with padding', `a021 ${head} 471fff 000003`, '471fff'],
  ['RTP with something else', `8060 ${head} 65aabb`, undefined],
  ['RTP that breaks off', '8021 0001', undefined],
  ['something else', '00010203', undefined],
  ['nothing', '', undefined],
] as const) {
  test(`ts datagram: ${name}`, () => {
    const is = tsPayload(hex(datagram))
    assert.equal(is && Buffer.from(is).toString('hex'), payload)
  })
}

test('ts datagram: any bytes carry packets or none', () => {
  fuzzDecoder(9, [hex(`b221 ${head} 00000004 00000005 abac 0001 00000000 471fff 000003`)], tsPayload)
})
