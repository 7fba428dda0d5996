import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type RtpHeader, rtpHeaderSize, writeRtpHeader } from './rtp-header.ts'

/** Worked out by hand from RFC 3550 §5.1. */
const vectors: readonly (readonly [name: string, wire: string, header: RtpHeader])[] = [
  [
    'MPEG-TS',
    '802104d2 0001e240 deadbeef',
    { payloadType: 33, sequenceNumber: 1234, timestamp: 123_456, ssrc: 0xdeadbeef },
  ],
  [
    'counters that have gone round',
    '80210000 00000001 00000000',
    { payloadType: 33, sequenceNumber: 65_536, timestamp: 2 ** 32 + 1, ssrc: 0 },
  ],
]

for (const [name, wire, header] of vectors) {
  test(`rtp header: ${name}`, () => {
    const bytes = new Uint8Array(1 + rtpHeaderSize)
    writeRtpHeader(bytes, 1, header)
    assert.equal(Buffer.from(bytes.subarray(1)).toString('hex'), wire.replaceAll(' ', ''))
  })
}
