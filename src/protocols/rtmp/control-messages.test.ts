import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { splitAggregate } from './aggregate.ts'
import { decodeCommand } from './command.ts'
import { dataMessageBody } from './data-message.ts'
import type { Message } from './message.ts'
import {
  acknowledgement,
  bandwidthLimit,
  decodeAbort,
  decodeAcknowledgement,
  decodeSetChunkSize,
  decodeSetPeerBandwidth,
  decodeWindowAcknowledgementSize,
  setChunkSize,
  setPeerBandwidth,
  windowAcknowledgementSize,
} from './protocol-control.ts'
import { decodeUserControl, type UserControlEvent, userControl } from './user-control.ts'

const malformed = { name: 'ProtocolError', protocol: 'rtmp', fault: 'malformed' }

describe('protocol control messages, worked out from RTMP 1.0 §5.4', () => {
  test('decode', () => {
    assert.equal(decodeSetChunkSize(fromHex('0000ea60')), 60_000)
    assert.equal(decodeSetChunkSize(fromHex('7fffffff')), 16_777_215)
    assert.equal(decodeAbort(fromHex('00000004')), 4)
    assert.equal(decodeAcknowledgement(fromHex('ffffffff')), 4_294_967_295)
    assert.equal(decodeWindowAcknowledgementSize(fromHex('002625a0')), 2_500_000)
    assert.equal(decodeSetPeerBandwidth(fromHex('002625a002')), 2_500_000)
  })

  test('encode', () => {
    assert.deepEqual(hexOf(setChunkSize(60_000)), [1, '0000ea60'])
    assert.deepEqual(hexOf(acknowledgement(4_294_967_295)), [3, 'ffffffff'])
    assert.deepEqual(hexOf(windowAcknowledgementSize(2_500_000)), [5, '002625a0'])
    assert.deepEqual(hexOf(setPeerBandwidth(2_500_000, bandwidthLimit.dynamic)), [6, '002625a002'])
  })

  test('cut short', () => {
    for (const decode of [decodeSetChunkSize, decodeAbort, decodeAcknowledgement, decodeWindowAcknowledgementSize]) {
      for (let n = 0; n < 4; n++) assert.throws(() => decode(new Uint8Array(n)), malformed)
    }
  })
})

/** Worked out from RTMP 1.0 §7.1.7. */
const userControlVectors: { wire: string; event: UserControlEvent }[] = [
  { wire: '0000 00000001', event: { type: 'streamBegin', streamId: 1 } },
  { wire: '0001 00000001', event: { type: 'streamEof', streamId: 1 } },
  { wire: '0002 00000001', event: { type: 'streamDry', streamId: 1 } },
  { wire: '0003 00000001 00000bb8', event: { type: 'setBufferLength', streamId: 1, length: 3000 } },
  { wire: '0004 00000001', event: { type: 'streamIsRecorded', streamId: 1 } },
  { wire: '0006 fffffffe', event: { type: 'pingRequest', timestamp: 4_294_967_294 } },
  { wire: '0007 fffffffe', event: { type: 'pingResponse', timestamp: 4_294_967_294 } },
]

describe('user control messages', () => {
  for (const { wire, event } of userControlVectors) {
    const bytes = fromHex(wire)

    test(event.type, () => {
      assert.deepEqual(decodeUserControl(bytes), event)
      assert.deepEqual(hexOf(userControl(event)), [4, wire.replaceAll(' ', '')])
    })

    test(`${event.type}, cut short, is the peer's fault`, () => {
      for (let n = 0; n < bytes.length; n++) assert.throws(() => decodeUserControl(bytes.subarray(0, n)), malformed)
    })
  }

  test('events that only Flash knows are passed over', () => {
    assert.equal(decodeUserControl(fromHex('001a 00')), undefined)
    assert.equal(decodeUserControl(fromHex('0020 00000001')), undefined)
  })
})

describe('commands', () => {
  test('of type 20 are AMF0', () => {
    const body = fromHex('02 0004 706c6179 00 4000000000000000 05 02 0001 61')
    assert.deepEqual(decodeCommand(20, body), { name: 'play', transactionId: 2, args: [null, 'a'] })
  })

  test('of type 17 have one byte more in front', () => {
    const body = fromHex('00 02 0004 706c6179 00 4000000000000000 05 11 06 03 61')
    assert.deepEqual(decodeCommand(17, body), { name: 'play', transactionId: 2, args: [null, 'a'] })
  })

  test('without a transaction id want no answer', () => {
    assert.deepEqual(decodeCommand(20, fromHex('02 0004 706c6179')), { name: 'play', transactionId: 0, args: [] })
  })

  for (const wire of ['', '05', '00 4000000000000000']) {
    test(`without a name (${wire || 'empty'}) are the peer's fault`, () => {
      assert.throws(() => decodeCommand(20, fromHex(wire)), malformed)
    })
  }
})

describe('data messages', () => {
  const metadata = '02 000a 6f6e4d65746144617461 08 00000000 000009'
  const data = (type: number, wire: string): Message => ({ type, streamId: 1, timestamp: 0, payload: fromHex(wire) })

  test('lose @setDataFrame', () => {
    const body = dataMessageBody(data(18, `02 000d 40736574446174614672616d65 ${metadata}`))
    assert.deepEqual(body, fromHex(metadata))
  })

  test('of type 15 lose the byte in front', () => {
    assert.deepEqual(dataMessageBody(data(15, `00 02 000d 40736574446174614672616d65 ${metadata}`)), fromHex(metadata))
  })

  test('of other kinds stay as they are', () => {
    assert.deepEqual(dataMessageBody(data(18, metadata)), fromHex(metadata))
    assert.deepEqual(dataMessageBody(data(18, '')), fromHex(''))
  })

  test('that take metadata back are not for players', () => {
    assert.equal(dataMessageBody(data(18, '02 000f 40636c656172446174614672616d65 02 0001 61')), undefined)
  })
})

describe('aggregate messages, worked out from RTMP 1.0 §7.1.6', () => {
  const wire = `08 000002 0003e8 00 000000 aaaa 0000000d  09 000001 0003f2 00 000000 bb 0000000c`
  const aggregate = (payload: Uint8Array, timestamp = 5000): Message => ({ type: 22, streamId: 1, timestamp, payload })
  const split = (payload: Uint8Array, timestamp?: number): unknown[] =>
    splitAggregate(aggregate(payload, timestamp)).map(part => [
      part.type,
      part.streamId,
      part.timestamp,
      ...part.payload,
    ])

  test('times begin at the aggregate’s and keep their distances', () => {
    assert.deepEqual(split(fromHex(wire)), [
      [8, 1, 5000, 0xaa, 0xaa],
      [9, 1, 5010, 0xbb],
    ])
  })

  test('times wrap', () => {
    assert.deepEqual(split(fromHex(wire), 0xfffffffe), [
      [8, 1, 0xfffffffe, 0xaa, 0xaa],
      [9, 1, 8, 0xbb],
    ])
  })

  test('the high byte of a time comes last', () => {
    const parts = '08 000000 ffffff 00 000000 0000000b 08 000000 000001 01 000000 0000000b'
    assert.deepEqual(split(fromHex(parts), 0), [
      [8, 1, 0],
      [8, 1, 2],
    ])
  })

  test('the last back pointer may be missing; anything else cut short is the peer’s fault', () => {
    const bytes = fromHex(wire)
    const wholeAt = new Set([0, 13, 14, 15, 16, 17, 29, 30, 31, 32])
    for (let n = 0; n < bytes.length; n++) {
      if (wholeAt.has(n)) assert.doesNotThrow(() => split(bytes.subarray(0, n)), `cut at ${n}`)
      else assert.throws(() => split(bytes.subarray(0, n)), malformed, `cut at ${n}`)
    }
  })
})

test('whatever comes as the body of a message, it decodes or is the peer’s fault', () => {
  const decoders: ((body: Uint8Array) => unknown)[] = [
    decodeUserControl,
    decodeSetPeerBandwidth,
    body => decodeCommand(20, body),
    body => decodeCommand(17, body),
    payload => splitAggregate({ type: 22, streamId: 1, timestamp: 0, payload }),
    payload => dataMessageBody({ type: 15, streamId: 1, timestamp: 0, payload }),
  ]
  const body = fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 255 })), { maxLength: 80 })
  fc.assert(
    fc.property(fc.constantFrom(...decoders), body, (decode, bytes) => {
      try {
        decode(Uint8Array.from(bytes))
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error))
      }
    }),
    { seed: 20_261_120, numRuns: 3_000 },
  )
})

function hexOf({ type, payload }: Message): [number, string] {
  return [type, Buffer.from(payload).toString('hex')]
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
}
