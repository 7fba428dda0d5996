import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { readSrtCapture } from '../../../test/support/srt-capture.ts'
import { ProtocolError } from '../../core/errors.ts'
import { type ControlPacket, decodeControlPacket, encodeControlPacket, type OutgoingControl } from './control-packet.ts'
import { destinationOf, isControlPacket, timestampOf } from './packet.ts'

/** Captured from libsrt 1.5.4, except for those that say so. */
const vectors: readonly { name: string; wire: string; packet: OutgoingControl; timestamp: number; to: number }[] = [
  {
    name: 'full acknowledgement',
    wire: '80020000000000020004027f2455e9761086f566000000d00000006800001ffe00000002000003e8000005f8',
    packet: {
      type: 'ack',
      acknowledgement: {
        number: 2,
        sequence: 0x1086f566,
        link: {
          rtt: 208,
          rttVariance: 104,
          availableBuffer: 8190,
          rates: { packetsPerSecond: 2, capacityPacketsPerSecond: 1000, bytesPerSecond: 1528 },
        },
      },
    },
    timestamp: 262_783,
    to: 0x2455e976,
  },
  {
    name: 'acknowledgement of an acknowledgement',
    wire: '8006000000000002000409a825f98d2100000000',
    packet: { type: 'ackack', number: 2 },
    timestamp: 264_616,
    to: 0x25f98d21,
  },
  {
    name: 'shutdown',
    wire: '8005000000000000000fda6625f98d2100000000',
    packet: { type: 'shutdown' },
    timestamp: 1_038_950,
    to: 0x25f98d21,
  },
  {
    name: 'light acknowledgement, by hand from §3.2.4',
    wire: '8002000000000000000000010000000200000005',
    packet: { type: 'ack', acknowledgement: { number: 0, sequence: 5 } },
    timestamp: 1,
    to: 2,
  },
  {
    name: 'keepalive, by hand from §3.2.3',
    wire: '8001000000000000000000010000000200000000',
    packet: { type: 'keepalive' },
    timestamp: 1,
    to: 2,
  },
  {
    name: 'loss report of one, a range, and one, by hand from §3.2.5 and Appendix A',
    wire: '80030000000000000000000100000002000000058000000700000009' + '7fffffff',
    packet: {
      type: 'nak',
      losses: [
        { first: 5, last: 5 },
        { first: 7, last: 9 },
        { first: 0x7fffffff, last: 0x7fffffff },
      ],
    },
    timestamp: 1,
    to: 2,
  },
  {
    name: 'loss report across the end of the numbers, by hand from Appendix A',
    wire: '80030000000000000000000100000002ffffffff00000001',
    packet: { type: 'nak', losses: [{ first: 0x7fffffff, last: 1 }] },
    timestamp: 1,
    to: 2,
  },
  {
    name: 'drop request, by hand from §3.2.9',
    wire: '800700000000000000000001000000020000000500000009',
    packet: { type: 'drop-request', message: 0, range: { first: 5, last: 9 } },
    timestamp: 1,
    to: 2,
  },
]

for (const { name, wire, packet, timestamp, to } of vectors) {
  const bytes = Buffer.from(wire, 'hex')

  test(`control packet: ${name}`, () => {
    assert.ok(isControlPacket(bytes))
    assert.deepEqual(decodeControlPacket(bytes), packet)
    assert.equal(timestampOf(bytes), timestamp)
    assert.equal(destinationOf(bytes), to)
    assert.equal(Buffer.from(encodeControlPacket(packet, timestamp, to)).toString('hex'), wire)
  })
}

test('control packet: all that libsrt sends are known and come out as they went in', () => {
  for (const capture of ['publish', 'publish-aes256', 'wrong-passphrase'] as const) {
    for (const { bytes } of readSrtCapture(capture)) {
      if (!isControlPacket(bytes)) continue
      const packet = decodeControlPacket(bytes)
      assert.ok(packet.type !== 'other')
      assert.deepEqual(encodeControlPacket(packet, timestampOf(bytes), destinationOf(bytes)), Uint8Array.from(bytes))
    }
  }
})

const wrong: readonly { name: string; wire: string; says: RegExp }[] = [
  { name: 'type', wire: '8009000000000000000000010000000200000000', says: /type must be known, is 9/ },
  { name: 'ACK without number', wire: '80020000000000000000000100000002', says: /must have 4 bytes, has 0/ },
  { name: 'ACK number of 32 bits', wire: '8002000000000000000000010000000280000000', says: /31 bits/ },
  { name: 'empty loss report', wire: '80030000000000000000000100000002', says: /whole words/ },
  { name: 'half a word', wire: '800300000000000000000001000000020000', says: /whole words/ },
  { name: 'range without end', wire: '8003000000000000000000010000000280000001', says: /must have an end/ },
  { name: 'range into a range', wire: '800300000000000000000001000000028000000180000002', says: /must have an end/ },
  {
    name: 'range that goes back',
    wire: '800300000000000000000001000000028000000900000007',
    says: /must go on, is 9 to 7/,
  },
  { name: 'short drop request', wire: '8007000000000000000000010000000200000005', says: /must have 8 bytes/ },
]

for (const { name, wire, says } of wrong) {
  test(`control packet: wrong ${name} is the peer's fault`, () => {
    assert.throws(
      () => decodeControlPacket(Buffer.from(wire, 'hex')),
      (error: unknown) => error instanceof ProtocolError && error.fault === 'malformed' && says.test(error.message),
    )
  })
}

test('control packet: any bytes are decoded or the peer is at fault', () => {
  const types = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 0x7fff)
  const field = fc.uint8Array({ minLength: 12, maxLength: 200 })
  fc.assert(
    fc.property(types, fc.nat(5), field, (type, subtype, rest) => {
      const bytes = Uint8Array.from([0x80 | (type >> 8), type & 0xff, 0, subtype, ...rest])
      const packet = decodedOrFault(bytes)
      if (packet === undefined || packet.type === 'other') return
      assert.deepEqual(decodeControlPacket(encodeControlPacket(packet, 0, 0)), packet)
    }),
    { seed: 41, numRuns: 2000 },
  )
})

function decodedOrFault(bytes: Uint8Array): ControlPacket | undefined {
  try {
    return decodeControlPacket(bytes)
  } catch (error) {
    assert.ok(error instanceof ProtocolError)
    return undefined
  }
}
