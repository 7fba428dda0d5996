import assert from 'node:assert/strict'
import { describe, test } from 'vitest'
import type { BasicHeader } from './basic-header.ts'
import { decodeMessageHeader, decodeRepeatedTimestamp, type MessageHeader } from './message-header.ts'

/** The audio message of RTMP 1.0 §5.3.2.1: stream 12345, 32 bytes, times 1000, 1020, 1040. */
const first: MessageHeader = {
  timestamp: 1000,
  delta: 1000,
  extendedTimestamp: undefined,
  length: 32,
  type: 8,
  streamId: 12_345,
}
const second: MessageHeader = { ...first, timestamp: 1020, delta: 20 }
const late: MessageHeader = { ...first, timestamp: 0x01000000, delta: 0x01000000, extendedTimestamp: 0x01000000 }

/** Worked out by hand from §5.3.1.2 and §5.3.1.3. */
const vectors: {
  name: string
  fmt: BasicHeader['fmt']
  wire: string
  before?: MessageHeader
  header: MessageHeader
}[] = [
  { name: 'type 0', fmt: 0, wire: '0003e8 000020 08 39300000', header: first },
  { name: 'type 1', fmt: 1, wire: '000014 000020 08', before: first, header: second },
  { name: 'type 2', fmt: 2, wire: '000014', before: first, header: second },
  { name: 'type 3 adds the delta again', fmt: 3, wire: '', before: second, header: { ...second, timestamp: 1040 } },
  {
    name: 'type 3 behind type 0 adds its timestamp',
    fmt: 3,
    wire: '',
    before: first,
    header: { ...first, timestamp: 2000 },
  },
  {
    name: 'largest plain timestamp',
    fmt: 0,
    wire: 'fffffe 000020 08 39300000',
    header: { ...first, timestamp: 0xfffffe, delta: 0xfffffe },
  },
  { name: 'extended timestamp', fmt: 0, wire: 'ffffff 000020 08 39300000 01000000', header: late },
  {
    name: 'smallest extended timestamp',
    fmt: 0,
    wire: 'ffffff 000020 08 39300000 00ffffff',
    header: { ...late, timestamp: 0xffffff, delta: 0xffffff, extendedTimestamp: 0xffffff },
  },
  {
    name: 'extended delta',
    fmt: 2,
    wire: 'ffffff 01000000',
    before: first,
    header: { ...late, timestamp: 0x010003e8 },
  },
  {
    name: 'a time that wraps',
    fmt: 2,
    wire: '000020',
    before: { ...first, timestamp: 0xfffffff0 },
    header: { ...first, timestamp: 0x10, delta: 32 },
  },
  {
    name: 'type 3 with its extended timestamp',
    fmt: 3,
    wire: '01000000',
    before: late,
    header: { ...late, timestamp: 0x02000000 },
  },
  {
    name: 'type 1 as the very first chunk',
    fmt: 1,
    wire: '000014 000020 08',
    header: { ...second, timestamp: 20, streamId: 0 },
  },
  { name: 'largest stream id', fmt: 0, wire: '0003e8 000020 08 ffffffff', header: { ...first, streamId: 0xffffffff } },
]

describe('message header', () => {
  for (const { name, fmt, wire, before, header } of vectors) {
    const bytes = Buffer.from(wire.replaceAll(' ', ''), 'hex')

    test(name, () => {
      assert.deepEqual(decodeMessageHeader(bytes, 0, fmt, before), { header, size: bytes.length })
    })

    test(`${name}, cut short, asks for more`, () => {
      for (let n = 0; n < bytes.length; n++) {
        assert.equal(decodeMessageHeader(bytes.subarray(0, n), 0, fmt, before), undefined)
      }
    })
  }

  test('a peer may leave the extended timestamp out of type 3 chunks', () => {
    assert.equal(decodeRepeatedTimestamp(Buffer.from('01000000', 'hex'), 0, late), 4)
    assert.equal(decodeRepeatedTimestamp(Buffer.from('01000001', 'hex'), 0, late), 0)
    assert.equal(decodeRepeatedTimestamp(Buffer.from('010000', 'hex'), 0, late), undefined)
    assert.equal(decodeRepeatedTimestamp(Buffer.from('', 'hex'), 0, first), 0)
  })

  for (const fmt of [2, 3] as const) {
    test(`type ${fmt} as the very first chunk is the peer's fault`, () => {
      const bytes = Buffer.from('000014', 'hex')
      assert.throws(() => decodeMessageHeader(bytes, 0, fmt, undefined), { name: 'ProtocolError', fault: 'malformed' })
    })
  }
})
