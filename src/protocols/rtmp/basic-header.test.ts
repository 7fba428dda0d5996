import assert from 'node:assert/strict'
import { test } from 'vitest'
import { type BasicHeader, decodeBasicHeader } from './basic-header.ts'

/** Worked out by hand from RTMP 1.0 §5.3.1.1. */
const vectors: { name: string; wire: string; header: BasicHeader }[] = [
  { name: 'control stream', wire: '02', header: { fmt: 0, chunkStreamId: 2, size: 1 } },
  { name: 'command stream', wire: '03', header: { fmt: 0, chunkStreamId: 3, size: 1 } },
  { name: 'largest one-byte id', wire: 'ff', header: { fmt: 3, chunkStreamId: 63, size: 1 } },
  { name: 'smallest two-byte id', wire: '8000', header: { fmt: 2, chunkStreamId: 64, size: 2 } },
  { name: 'largest two-byte id', wire: '40ff', header: { fmt: 1, chunkStreamId: 319, size: 2 } },
  { name: 'three bytes, low byte first', wire: '810201', header: { fmt: 2, chunkStreamId: 322, size: 3 } },
  { name: 'largest id', wire: '01ffff', header: { fmt: 0, chunkStreamId: 65_599, size: 3 } },
]

for (const { name, wire, header } of vectors) {
  const bytes = Buffer.from(wire, 'hex')

  test(`basic header: ${name}`, () => {
    assert.deepEqual(decodeBasicHeader(bytes), header)
  })

  test(`basic header: ${name}, cut short, asks for more`, () => {
    for (let n = 0; n < bytes.length; n++) assert.equal(decodeBasicHeader(bytes.subarray(0, n)), undefined)
  })
}
