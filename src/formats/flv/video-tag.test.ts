import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { assertOnlyProtocolError, hex } from '../../../test/support/protocol-faults.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { VideoTag } from './video-packet.ts'
import { decodeVideoTag } from './video-tag.ts'

/** A tag without what its body says again. */
type Expected = VideoTag extends infer Tag ? (Tag extends unknown ? Omit<Tag, 'body'> : never) : never

const opaque = { type: 'opaque', isKey: false, isConfig: false, isEnd: false, isBeside: false } as const
const frame = { type: 'frame', trackId: 0, isKey: true, compositionTime: 0, nanoOffset: undefined } as const
const colorInfo = '020009 636f6c6f72496e666f 0300000009'

/** "FFmpeg": in the fixtures. The others: worked out by hand from FLV 10.1 §E.4.3 and Enhanced RTMP v2. */
const vectors: { name: string; body: string; tags: Expected[] }[] = [
  {
    name: 'H.264 configuration',
    body: '170000000001f4',
    tags: [{ type: 'config', trackId: 0, codec: 'h264', hasFourCc: false, config: hex('01f4') }],
  },
  {
    name: 'H.265 configuration',
    body: '1c0000000001',
    tags: [{ type: 'config', trackId: 0, codec: 'h265', hasFourCc: false, config: hex('01') }],
  },
  {
    name: 'FFmpeg, key frame shown 80 ms later',
    body: '170100005000000206',
    tags: [{ ...frame, codec: 'h264', compositionTime: 80, payload: hex('00000206') }],
  },
  {
    name: 'inter frame, negative composition time',
    body: '2701ffffd8aa',
    tags: [{ ...frame, codec: 'h264', isKey: false, compositionTime: -40, payload: hex('aa') }],
  },
  {
    name: 'extreme composition times',
    body: '2c01800000bb',
    tags: [{ ...frame, codec: 'h265', isKey: false, compositionTime: -8_388_608, payload: hex('bb') }],
  },
  {
    name: 'largest composition time, empty payload',
    body: '17017fffff',
    tags: [{ ...frame, codec: 'h264', compositionTime: 8_388_607, payload: hex('') }],
  },
  { name: 'generated key frame', body: '4701000000aa', tags: [{ ...frame, codec: 'h264', payload: hex('aa') }] },
  { name: 'FFmpeg, end of sequence', body: '1702000000', tags: [{ type: 'end', trackId: 0, codec: 'h264' }] },
  {
    name: 'end of sequence without composition time',
    body: '1702',
    tags: [{ type: 'end', trackId: 0, codec: 'h264' }],
  },
  { name: 'seek mark', body: '5700', tags: [{ type: 'command' }] },
  { name: 'VP6 key frame', body: '1400', tags: [{ ...opaque, label: 'VP6', isKey: true }] },
  { name: 'Sorenson disposable inter frame', body: '32', tags: [{ ...opaque, label: 'Sorenson H.263' }] },
  { name: 'unknown codec', body: '1dff', tags: [{ ...opaque, label: 'codec 13', isKey: true }] },
  {
    name: 'FFmpeg, AV1 sequence start',
    body: '90 61763031 81000c00',
    tags: [{ type: 'config', trackId: 0, codec: 'av1', hasFourCc: true, config: hex('81000c00') }],
  },
  {
    name: 'FFmpeg, AV1 colours',
    body: `d4 61763031 ${colorInfo}`,
    tags: [{ type: 'colorInfo', trackId: 0, codec: 'av1', colorInfo: hex(colorInfo) }],
  },
  {
    name: 'metadata of another name',
    body: 'd4 61763031 0200036d7978 05',
    tags: [{ ...opaque, label: 'av01', isBeside: true }],
  },
  {
    name: 'FFmpeg, AV1 key frame',
    body: '91 61763031 1200',
    tags: [{ ...frame, codec: 'av1', payload: hex('1200') }],
  },
  {
    name: 'VP9 inter frame',
    body: 'a1 76703039 86',
    tags: [{ ...frame, codec: 'vp9', isKey: false, payload: hex('86') }],
  },
  { name: 'VP8 key frame', body: '91 76703038 10', tags: [{ ...frame, codec: 'vp8', payload: hex('10') }] },
  {
    name: 'FFmpeg 7.1, H.265 key frame with composition time',
    body: '91 68766331 000190 0000049b28',
    tags: [{ ...frame, codec: 'h265', compositionTime: 400, payload: hex('0000049b28') }],
  },
  {
    name: 'FFmpeg 7.1, H.265 inter frame without composition time',
    body: 'a3 68766331 000000cc',
    tags: [{ ...frame, codec: 'h265', isKey: false, payload: hex('000000cc') }],
  },
  {
    name: 'H.264 by FourCC, shown before it is decoded',
    body: 'a1 61766331 ffffd8 aa',
    tags: [{ ...frame, codec: 'h264', isKey: false, compositionTime: -40, payload: hex('aa') }],
  },
  {
    name: 'H.266 sequence start',
    body: '90 76766331 ff',
    tags: [{ type: 'config', trackId: 0, codec: 'h266', hasFourCc: true, config: hex('ff') }],
  },
  {
    name: 'H.266 key frame',
    body: '91 76766331 000028 aa',
    tags: [{ ...frame, codec: 'h266', compositionTime: 40, payload: hex('aa') }],
  },
  {
    name: 'MPEG-2 TS sequence start',
    body: '95 61763031 800481000c00',
    tags: [{ ...opaque, label: 'av01', isConfig: true }],
  },
  { name: 'sequence end', body: '92 61763031', tags: [{ type: 'end', trackId: 0, codec: 'av1' }] },
  { name: 'seek mark with FourCC mode', body: 'd1 00', tags: [{ type: 'command' }] },
  {
    name: 'unknown packet type of a known codec',
    body: '98 61763031 aa',
    tags: [{ ...opaque, label: 'av01', isKey: true, isBeside: true }],
  },
  {
    name: 'sequence start of an unknown FourCC',
    body: '90 78797a31',
    tags: [{ ...opaque, label: 'xyz1', isConfig: true }],
  },
  { name: 'key frame of an unknown FourCC', body: '91 78797a31 aa', tags: [{ ...opaque, label: 'xyz1', isKey: true }] },
  { name: 'end of an unknown FourCC', body: '92 78797a31', tags: [{ ...opaque, label: 'xyz1', isEnd: true }] },
  { name: 'FourCC out of print', body: '90 00763031', tags: [{ ...opaque, label: '?v01', isConfig: true }] },
  {
    name: 'key frame with a nanosecond offset',
    body: '97 02 0f423f 01 76703039 aa',
    tags: [{ ...frame, codec: 'vp9', nanoOffset: 999_999, payload: hex('aa') }],
  },
  {
    name: 'key frame behind two modifiers, the second unknown and long',
    body: `97 02 000123 07 ff 0101 ${'00'.repeat(0x102)} f1 76703039 aa`,
    tags: [{ ...frame, codec: 'vp9', nanoOffset: 0x123, payload: hex('aa') }],
  },
  {
    name: 'multitrack, one track',
    body: '96 01 61763031 03 aabb',
    tags: [{ ...frame, trackId: 3, codec: 'av1', payload: hex('aabb') }],
  },
  {
    name: 'multitrack, many tracks of one codec',
    body: 'a6 11 68766331 00 000005 000028aabb 01 000004 ffffd8cc',
    tags: [
      { ...frame, codec: 'h265', isKey: false, compositionTime: 40, payload: hex('aabb') },
      { ...frame, trackId: 1, codec: 'h265', isKey: false, compositionTime: -40, payload: hex('cc') },
    ],
  },
  {
    name: 'multitrack, sequence starts of many codecs, one of them unknown',
    body: '96 20 61763031 00 000001 81 78797a31 07 000002 eeff 61766331 02 000000',
    tags: [
      { type: 'config', trackId: 0, codec: 'av1', hasFourCc: true, config: hex('81') },
      { ...opaque, label: 'xyz1', isKey: true, isBeside: true },
      { type: 'config', trackId: 2, codec: 'h264', hasFourCc: true, config: hex('') },
    ],
  },
  {
    name: 'multitrack behind a nanosecond offset',
    body: '97 02 000001 06 01 76703039 01 aa',
    tags: [{ ...frame, trackId: 1, codec: 'vp9', nanoOffset: 1, payload: hex('aa') }],
  },
  {
    name: 'multitrack of an unknown type',
    body: '96 31 61763031',
    tags: [{ ...opaque, label: 'multitrack', isKey: true, isBeside: true }],
  },
]

for (const { name, body, tags } of vectors) {
  test(`video tag: ${name}`, () => assert.deepEqual(decodeVideoTag(hex(body)).map(withoutBody), tags))

  test(`video tag: ${name}, cut at every byte, is a tag or the peer’s fault`, () => {
    const whole = hex(body)
    for (let length = 0; length < whole.length; length++) {
      assertOnlyProtocolError(() => decodeVideoTag(whole.subarray(0, length)))
    }
  })
}

const faults = [
  ...['', '17', '1700', '17000000', '1703000000', '90', '90617630', '97', '9702', '9702aabb'],
  // A modifier that is longer than the message, a nanosecond offset of a whole millisecond, one of two bytes.
  ...['97ffffff00', '97 02 0f4240 01 76703039', '97 01 0001 01 76703039'],
  // No composition time where there must be one.
  ...['91 68766331', '91 61766331 0000', '96 01 76766331 01 0000'],
  // Multitrack within multitrack, cut tracks, a size beyond the end, a track twice.
  ...['96 06 61763031 00', '96', '96 01 617630', '96 01 61763031', '96 11 61763031', '96 11 61763031 00 0000'],
  ...['96 11 61763031 00 000002 aa', '96 21 61763031 00 ffffff aa', '96 11 61763031 00 000000 00 000000'],
]

for (const body of faults) {
  test(`video tag "${body}" is the peer’s fault`, () => assert.throws(() => decodeVideoTag(hex(body)), ProtocolError))
}

test('video tag: a payload is a view of the body', () => {
  const body = hex('1701000000aabb')
  const [tag] = decodeVideoTag(body)
  assert.ok(tag?.type === 'frame' && tag.payload.buffer === body.buffer && tag.payload.byteOffset === 5)
})

test('video tag: what is opaque keeps its body; a track of a multitrack message has one of its own', () => {
  const alone = hex('98 61763031 aa')
  const [tag] = decodeVideoTag(alone)
  assert.ok(tag?.type === 'opaque' && tag.body === alone)
  const [, unknown] = decodeVideoTag(hex('96 20 61763031 00 000001 81 78797a31 07 000002 eeff'))
  assert.ok(unknown?.type === 'opaque')
  assert.deepEqual(unknown.body, hex('96 00 78797a31 07 eeff'))
})

test('video tag: any bytes are tags or the peer’s fault', () => {
  const start = fc.constantFrom('', '97 02 000001 01', '96 01', '96 11 68766331', 'a6 21', '97 ff').map(hex)
  const bodies = fc.tuple(start, fc.uint8Array({ maxLength: 24 })).map(([a, b]) => Uint8Array.of(...a, ...b))
  fc.assert(
    fc.property(bodies, body => assertOnlyProtocolError(() => decodeVideoTag(body))),
    { seed: 9, numRuns: 5000 },
  )
})

function withoutBody(tag: VideoTag): Expected {
  if (!('body' in tag)) return tag
  const { body, ...rest } = tag
  assert.ok(body.length > 0)
  return rest
}
