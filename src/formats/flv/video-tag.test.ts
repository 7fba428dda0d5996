import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { decodeVideoTag, type VideoTag } from './video-tag.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const opaque = { type: 'opaque', isKey: false, isConfig: false, isEnd: false, isMultitrack: false } as const

/** "FFmpeg": in the fixtures. The others: worked out by hand from FLV 10.1 §E.4.3 and Enhanced RTMP v2. */
const vectors: { name: string; body: string; tag: VideoTag }[] = [
  { name: 'H.264 configuration', body: '170000000001f4', tag: { type: 'config', codec: 'h264', config: hex('01f4') } },
  { name: 'H.265 configuration', body: '1c0000000001', tag: { type: 'config', codec: 'h265', config: hex('01') } },
  {
    name: 'FFmpeg, key frame shown 80 ms later',
    body: '170100005000000206',
    tag: { type: 'frame', codec: 'h264', isKey: true, compositionTime: 80, payload: hex('00000206') },
  },
  {
    name: 'inter frame, negative composition time',
    body: '2701ffffd8aa',
    tag: { type: 'frame', codec: 'h264', isKey: false, compositionTime: -40, payload: hex('aa') },
  },
  {
    name: 'extreme composition times',
    body: '2c01800000bb',
    tag: { type: 'frame', codec: 'h265', isKey: false, compositionTime: -8_388_608, payload: hex('bb') },
  },
  {
    name: 'largest composition time, empty payload',
    body: '17017fffff',
    tag: { type: 'frame', codec: 'h264', isKey: true, compositionTime: 8_388_607, payload: hex('') },
  },
  {
    name: 'generated key frame',
    body: '4701000000aa',
    tag: { type: 'frame', codec: 'h264', isKey: true, compositionTime: 0, payload: hex('aa') },
  },
  { name: 'FFmpeg, end of sequence', body: '1702000000', tag: { type: 'end', codec: 'h264' } },
  { name: 'end of sequence without composition time', body: '1702', tag: { type: 'end', codec: 'h264' } },
  { name: 'seek mark', body: '5700', tag: { type: 'command' } },
  { name: 'VP6 key frame', body: '1400', tag: { ...opaque, label: 'VP6', isKey: true } },
  { name: 'Sorenson disposable inter frame', body: '32', tag: { ...opaque, label: 'Sorenson H.263' } },
  { name: 'unknown codec', body: '1dff', tag: { ...opaque, label: 'codec 13', isKey: true } },
  { name: 'FFmpeg, AV1 sequence start', body: '906176303181', tag: { ...opaque, label: 'av01', isConfig: true } },
  { name: 'FFmpeg, AV1 metadata', body: 'd461763031020009', tag: { ...opaque, label: 'av01' } },
  { name: 'FFmpeg, AV1 key frame', body: '916176303112', tag: { ...opaque, label: 'av01', isKey: true } },
  { name: 'FFmpeg, AV1 inter frame', body: 'a161763031', tag: { ...opaque, label: 'av01' } },
  {
    name: 'H.265 key frame without composition time',
    body: '9368766331',
    tag: { ...opaque, label: 'hvc1', isKey: true },
  },
  { name: 'MPEG-2 TS sequence start', body: '9561763031', tag: { ...opaque, label: 'av01', isConfig: true } },
  { name: 'sequence end', body: '9261763031', tag: { ...opaque, label: 'av01', isEnd: true } },
  { name: 'FourCC out of print', body: '9000763031', tag: { ...opaque, label: '?v01', isConfig: true } },
  {
    name: 'key frame behind a nanosecond offset',
    body: '97020001230176703039',
    tag: { ...opaque, label: 'vp09', isKey: true },
  },
  {
    name: 'key frame behind a long ModEx',
    body: `97ff0101${'00'.repeat(0x102)}0176703039`,
    tag: { ...opaque, label: 'vp09', isKey: true },
  },
  {
    name: 'multitrack, one track',
    body: '96016176303101',
    tag: { ...opaque, label: 'av01', isKey: true, isMultitrack: true },
  },
  {
    name: 'multitrack, sequence starts of many codecs',
    body: '9620617630310100',
    tag: { ...opaque, label: 'multitrack', isMultitrack: true },
  },
]

for (const { name, body, tag } of vectors) {
  test(`video tag: ${name}`, () => assert.deepEqual(decodeVideoTag(hex(body)), tag))

  test(`video tag: ${name}, cut at every byte, is a tag or the peer’s fault`, () => {
    for (let length = 0; length < body.length / 2; length++) onlyProtocolError(hex(body).subarray(0, length))
  })
}

for (const body of ['', '17', '1700', '17000000', '1703000000', '90', '90617630', '97', '9702', '9702aabb']) {
  test(`video tag "${body}" is the peer’s fault`, () => assert.throws(() => decodeVideoTag(hex(body)), ProtocolError))
}

test('video tag: a payload is a view of the body', () => {
  const body = hex('1701000000aabb')
  const tag = decodeVideoTag(body)
  assert.ok(tag.type === 'frame' && tag.payload.buffer === body.buffer && tag.payload.byteOffset === 5)
})

test('video tag: any bytes are a tag or the peer’s fault', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 16 }), onlyProtocolError), { seed: 9, numRuns: 3000 })
})

function onlyProtocolError(body: Uint8Array): void {
  try {
    decodeVideoTag(body)
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}
