import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { ChunkReader } from './chunk-reader.ts'
import type { Message } from './message.ts'

const limits = { maxMessageSize: 1_000_000, maxBufferedSize: 200_000, maxChunkStreams: 8 }

type Read = { type: number; streamId: number; timestamp: number; payload: string }

/** All messages of `wire` (hex; spaces do not matter), handed over in reads of `size` bytes. */
function read(wire: string, size = Number.POSITIVE_INFINITY): Read[] {
  const bytes = fromHex(wire)
  const messages: Read[] = []
  const reader = new ChunkReader(limits, message => messages.push(readable(message)))
  for (let at = 0; at < bytes.length; at += size) reader.receive(bytes.slice(at, Math.min(bytes.length, at + size)))
  return messages
}

function readable({ type, streamId, timestamp, payload }: Message): Read {
  return { type, streamId, timestamp, payload: Buffer.from(payload).toString('hex') }
}

function fromHex(wire: string): Uint8Array {
  return new Uint8Array(Buffer.from(wire.replaceAll(' ', ''), 'hex'))
}

const audio = (timestamp: number, payload: string): Read => ({ type: 8, streamId: 1, timestamp, payload })
const body = (size: number): string =>
  Array.from({ length: size }, (_, i) => (i % 251).toString(16).padStart(2, '0')).join('')

/** Worked out by hand from RTMP 1.0 §5.3 and §5.4. */
const vectors: { name: string; wire: string; messages: Read[] }[] = [
  {
    name: 'four audio messages with one header each (§5.3.2.1)',
    wire: '03 0003e8 000002 08 01000000 aaaa  83 000014 bbbb  c3 cccc  c3 dddd',
    messages: [audio(1000, 'aaaa'), audio(1020, 'bbbb'), audio(1040, 'cccc'), audio(1060, 'dddd')],
  },
  {
    name: 'a message of 307 bytes in three chunks (§5.3.2.2)',
    wire: `04 0003e8 000133 09 01000000 ${body(307).slice(0, 256)} c4 ${body(307).slice(256, 512)} c4 ${body(307).slice(512)}`,
    messages: [{ type: 9, streamId: 1, timestamp: 1000, payload: body(307) }],
  },
  {
    name: 'messages that interleave on two chunk streams',
    wire: `06 000000 000082 09 01000000 ${'11'.repeat(128)} 04 000005 000001 08 01000000 22 c6 3333`,
    messages: [audio(5, '22'), { type: 9, streamId: 1, timestamp: 0, payload: `${'11'.repeat(128)}3333` }],
  },
  {
    name: 'a message without a body',
    wire: '04 000005 000000 08 01000000  c4  04 000006 000001 08 01000000 aa',
    messages: [audio(5, ''), audio(10, ''), audio(6, 'aa')],
  },
  {
    name: 'chunk stream ids of two and three bytes',
    wire: '00 00 000005 000001 08 01000000 aa  01 ffff 000006 000001 08 01000000 bb  c0 00 cc',
    messages: [audio(5, 'aa'), audio(6, 'bb'), audio(10, 'cc')],
  },
  {
    name: 'chunk size 1',
    wire: '02 000000 000004 01 00000000 00000001  04 000005 000003 08 01000000 aa c4 bb c4 cc',
    messages: [audio(5, 'aabbcc')],
  },
  {
    name: 'chunk size 0x7fffffff, which means the largest message',
    wire: `02 000000 000004 01 00000000 7fffffff  04 000005 0000c8 08 01000000 ${'aa'.repeat(200)}`,
    messages: [audio(5, 'aa'.repeat(200))],
  },
  {
    name: 'a chunk size that changes between the chunks of a message',
    wire: `04 000005 000103 08 01000000 ${'aa'.repeat(128)} 02 000000 000004 01 00000000 00000002 c4 bbbb ${'c4 cccc'.repeat(64)} c4 dd`,
    messages: [audio(5, `${'aa'.repeat(128)}bbbb${'cc'.repeat(128)}dd`)],
  },
  {
    name: 'an aborted message',
    wire: `04 000005 000103 08 01000000 ${'aa'.repeat(128)} 02 000000 000004 02 00000000 00000004  c4 ${'bb'.repeat(128)} c4 ${'cc'.repeat(128)} c4 ddddee`,
    messages: [audio(10, `${'bb'.repeat(128)}${'cc'.repeat(128)}ddddee`)],
  },
  {
    name: 'an abort of a chunk stream that does nothing',
    wire: '02 000000 000004 02 00000000 00000009  04 000005 000001 08 01000000 aa',
    messages: [audio(5, 'aa')],
  },
  {
    name: 'extended timestamps, repeated in type 3 chunks',
    wire: `04 ffffff 000082 08 01000000 01000000 ${'aa'.repeat(128)} c4 01000000 bbbb  84 000017 ${'cc'.repeat(128)} c4 dddd`,
    messages: [audio(0x01000000, `${'aa'.repeat(128)}bbbb`), audio(0x01000017, `${'cc'.repeat(128)}dddd`)],
  },
  {
    name: 'extended timestamps that the peer leaves out of type 3 chunks',
    wire: `04 ffffff 000082 08 01000000 01000000 ${'aa'.repeat(128)} c4 bbbb  04 ffffff 000001 08 01000000 01000017 cc  04 000001 000001 08 01000000 dd`,
    messages: [audio(0x01000000, `${'aa'.repeat(128)}bbbb`), audio(0x01000017, 'cc'), audio(1, 'dd')],
  },
  {
    name: 'an extended delta, repeated by a type 3 chunk that opens a message',
    wire: '04 000001 000001 08 01000000 aa  84 ffffff 01000000 bb  c4 01000000 cc',
    messages: [audio(1, 'aa'), audio(0x01000001, 'bb'), audio(0x02000001, 'cc')],
  },
  {
    name: 'a ping that opens chunk stream 2 with a type 1 header, as librtmp sends it',
    wire: '42 000000 000006 04 0006 00000001',
    messages: [{ type: 4, streamId: 0, timestamp: 0, payload: '000600000001' }],
  },
]

describe('chunk reader', () => {
  for (const { name, wire, messages } of vectors) {
    test(name, () => {
      assert.deepEqual(read(wire), messages)
    })

    test(`${name}, in reads of every size`, () => {
      for (let size = 1; size <= 40; size++) assert.deepEqual(read(wire, size), messages, `reads of ${size}`)
    })

    test(`${name}, cut in two anywhere`, () => {
      const bytes = fromHex(wire)
      for (let cut = 0; cut < bytes.length; cut++) {
        const got: Read[] = []
        const reader = new ChunkReader(limits, message => got.push(readable(message)))
        reader.receive(bytes.slice(0, cut))
        reader.receive(bytes.slice(cut))
        assert.deepEqual(got, messages, `cut at ${cut}`)
      }
    })
  }
})

describe('chunk reader against hostile peers', () => {
  const faults: { name: string; wire: string; fault: ProtocolError['fault'] }[] = [
    { name: 'type 2 as the first chunk', wire: '84 000000', fault: 'malformed' },
    { name: 'type 3 as the first chunk', wire: 'c4 00', fault: 'malformed' },
    { name: 'a message larger than the limit', wire: '04 000000 0f4241 08 01000000', fault: 'limit' },
    { name: 'chunk size 0', wire: '02 000000 000004 01 00000000 00000000', fault: 'malformed' },
    {
      name: 'chunk size 0 with its reserved bit set',
      wire: '02 000000 000004 01 00000000 80000000',
      fault: 'malformed',
    },
    { name: 'a chunk size that is cut short', wire: '02 000000 000003 01 00000000 000000', fault: 'malformed' },
    { name: 'an abort that is cut short', wire: '02 000000 000000 02 00000000', fault: 'malformed' },
    {
      name: 'a message opened in the middle of another',
      wire: `04 000005 000103 08 01000000 ${'aa'.repeat(128)} 04`,
      fault: 'unexpected',
    },
    {
      name: 'more chunk streams than the limit',
      wire: [3, 4, 5, 6, 7, 8, 9, 10, 11]
        .map(id => `${id.toString(16).padStart(2, '0')} 000000 000000 08 01000000`)
        .join(''),
      fault: 'limit',
    },
  ]
  for (const { name, wire, fault } of faults) {
    test(name, () => {
      assert.throws(() => read(wire), { name: 'ProtocolError', protocol: 'rtmp', fault })
      assert.throws(() => read(wire, 1), { name: 'ProtocolError', protocol: 'rtmp', fault })
    })
  }

  test('messages announced large take no more memory than what has come of them asks for', () => {
    const reader = new ChunkReader(limits, () => {})
    for (let id = 3; id < 9; id++) reader.receive(fromHex(`0${id} 000000 0f4240 09 01000000 ${'aa'.repeat(128)}`))
    assert.ok(reader.bufferedBytes <= 6 * 16_384)
  })

  test('a finished message gives its memory back', () => {
    const reader = new ChunkReader(limits, () => {})
    reader.receive(
      fromHex(`02 000000 000004 01 00000000 00ffffff 04 000000 030000 09 01000000 ${'aa'.repeat(0x20000)}`),
    )
    assert.ok(reader.bufferedBytes >= 0x20000)
    reader.receive(fromHex('aa'.repeat(0x10000)))
    assert.equal(reader.bufferedBytes, 0)
  })

  test('unfinished messages are bounded together', () => {
    const reader = new ChunkReader(limits, () => {})
    const half = 'aa'.repeat(0x1c000)
    reader.receive(fromHex(`02 000000 000004 01 00000000 0001c000 04 000000 038000 09 01000000 ${half}`))
    const other = fromHex(`05 000000 038000 09 01000000 ${half}`)
    assert.throws(() => reader.receive(other.slice(0, -1)), { name: 'ProtocolError', fault: 'limit' })
  })

  test('whatever comes, it is a message or the peer’s fault', () => {
    const looksLikeChunks = fc
      .array(fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 8, 9, 0x44, 0x84, 0xc4, 0xff), fc.integer({ min: 0, max: 255 })), {
        maxLength: 300,
      })
      .map(bytes => Uint8Array.from(bytes))
    fc.assert(
      fc.property(fc.array(looksLikeChunks, { maxLength: 4 }), reads => {
        const reader = new ChunkReader(limits, () => {})
        try {
          for (const bytes of reads) reader.receive(bytes)
        } catch (error) {
          assert.ok(error instanceof ProtocolError, String(error))
        }
        assert.ok(reader.bufferedBytes <= limits.maxBufferedSize + limits.maxMessageSize)
      }),
      { seed: 20_261_120, numRuns: 3_000 },
    )
  })
})

describe('chunk reader and memory', () => {
  function payloadOf(messageSize: number, readSize: number): { payload: Uint8Array; bytes: Uint8Array } {
    const bytes = new Uint8Array(readSize)
    bytes.set(fromHex('02 000000 000004 01 00000000 00ffffff 04 000000'))
    bytes[20] = messageSize >> 16
    bytes[21] = messageSize >> 8
    bytes[22] = messageSize
    bytes[23] = 8
    const payloads: Uint8Array[] = []
    new ChunkReader(limits, message => payloads.push(message.payload)).receive(bytes)
    return { payload: payloads[0] as Uint8Array, bytes }
  }

  test('a small message does not keep its socket read alive', () => {
    const { payload, bytes } = payloadOf(200, 20_000)
    assert.equal(payload.length, 200)
    assert.notEqual(payload.buffer, bytes.buffer)
  })

  test('a large message is not copied', () => {
    const { payload, bytes } = payloadOf(15_000, 16_000)
    assert.equal(payload.length, 15_000)
    assert.equal(payload.buffer, bytes.buffer)
  })
})
