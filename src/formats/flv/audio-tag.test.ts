import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { assertOnlyProtocolError, hex } from '../../../test/support/protocol-faults.ts'
import { ProtocolError } from '../../core/errors.ts'
import type { AudioTag } from './audio-packet.ts'
import { decodeAudioTag } from './audio-tag.ts'

/** A tag without what its body says again. */
type Expected = AudioTag extends infer Tag ? (Tag extends unknown ? Omit<Tag, 'body'> : never) : never

const opaque = { type: 'opaque', isKey: true, isConfig: false, isEnd: false, isBeside: false } as const
const frame = { type: 'frame', trackId: 0, nanoOffset: undefined } as const
/** Native order, 6 channels, the mask of 5.1. */
const surround = '01 06 0000003f'

/** "FFmpeg": in the fixtures. The others: worked out by hand from FLV 10.1 §E.4.2 and Enhanced RTMP v2. */
const vectors: { name: string; body: string; tags: Expected[] }[] = [
  {
    name: 'FFmpeg, AAC configuration',
    body: 'af00119056e500',
    tags: [{ type: 'config', trackId: 0, codec: 'aac', hasFourCc: false, config: hex('119056e500') }],
  },
  { name: 'FFmpeg, AAC frame', body: 'af0121446c', tags: [{ ...frame, codec: 'aac', payload: hex('21446c') }] },
  { name: 'AAC without sound flags', body: 'a001ff', tags: [{ ...frame, codec: 'aac', payload: hex('ff') }] },
  { name: 'FFmpeg, MP3', body: '2efffb10', tags: [{ ...frame, codec: 'mp3', payload: hex('fffb10') }] },
  { name: 'MP3 at 8 kHz', body: 'e2ffe3', tags: [{ ...frame, codec: 'mp3', payload: hex('ffe3') }] },
  { name: 'Speex', body: 'b200', tags: [{ ...opaque, label: 'Speex' }] },
  { name: 'G.711 A-law', body: '72', tags: [{ ...opaque, label: 'G.711 A-law' }] },
  { name: 'reserved format', body: 'd0', tags: [{ ...opaque, label: 'codec 13' }] },
  {
    name: 'Opus sequence start',
    body: '90 4f707573 4f70',
    tags: [{ type: 'config', trackId: 0, codec: 'opus', hasFourCc: true, config: hex('4f70') }],
  },
  { name: 'Opus frame', body: '91 4f707573 fc', tags: [{ ...frame, codec: 'opus', payload: hex('fc') }] },
  {
    name: 'FLAC sequence start',
    body: '90 664c6143 664c6143',
    tags: [{ type: 'config', trackId: 0, codec: 'flac', hasFourCc: true, config: hex('664c6143') }],
  },
  { name: 'E-AC-3 frame', body: '91 65632d33 0b77', tags: [{ ...frame, codec: 'eac3', payload: hex('0b77') }] },
  { name: 'MP3 by FourCC', body: '91 2e6d7033 fffb', tags: [{ ...frame, codec: 'mp3', payload: hex('fffb') }] },
  {
    name: 'AAC sequence start by FourCC',
    body: '90 6d703461 1190',
    tags: [{ type: 'config', trackId: 0, codec: 'aac', hasFourCc: true, config: hex('1190') }],
  },
  { name: 'AC-3 sequence end', body: '92 61632d33', tags: [{ type: 'end', trackId: 0, codec: 'ac3' }] },
  {
    name: 'AC-3, native order of channels',
    body: `94 61632d33 ${surround}`,
    tags: [{ type: 'channelOrder', trackId: 0, codec: 'ac3', channelOrder: hex(surround) }],
  },
  {
    name: 'Opus, order of channels as a list',
    body: '94 4f707573 02 02 00 01',
    tags: [{ type: 'channelOrder', trackId: 0, codec: 'opus', channelOrder: hex('02020001') }],
  },
  {
    name: 'channels in a reserved order',
    body: '94 4f707573 03 02',
    tags: [{ ...opaque, label: 'Opus', isBeside: true }],
  },
  { name: 'reserved packet type', body: '93 4f707573', tags: [{ ...opaque, label: 'Opus', isBeside: true }] },
  { name: 'unknown FourCC', body: '91 78797a31 aa', tags: [{ ...opaque, label: 'xyz1' }] },
  { name: 'start of an unknown FourCC', body: '90 78797a31', tags: [{ ...opaque, label: 'xyz1', isConfig: true }] },
  { name: 'end of an unknown FourCC', body: '92 78797a31', tags: [{ ...opaque, label: 'xyz1', isEnd: true }] },
  {
    name: 'frame with a nanosecond offset',
    body: '97 02 000064 01 4f707573 fc',
    tags: [{ ...frame, codec: 'opus', nanoOffset: 100, payload: hex('fc') }],
  },
  {
    name: 'multitrack, one track',
    body: '95 01 6d703461 01 21',
    tags: [{ ...frame, trackId: 1, codec: 'aac', payload: hex('21') }],
  },
  {
    name: 'multitrack, many tracks of one codec',
    body: '95 11 61632d33 00 000001 aa 02 000002 bbcc',
    tags: [
      { ...frame, codec: 'ac3', payload: hex('aa') },
      { ...frame, trackId: 2, codec: 'ac3', payload: hex('bbcc') },
    ],
  },
  {
    name: 'multitrack, many tracks of many codecs, one of them unknown',
    body: '95 21 6d703461 00 000001 21 78797a31 05 000001 ee 4f707573 01 000001 fc',
    tags: [
      { ...frame, codec: 'aac', payload: hex('21') },
      { ...opaque, label: 'xyz1', isBeside: true },
      { ...frame, trackId: 1, codec: 'opus', payload: hex('fc') },
    ],
  },
  { name: 'multitrack of an unknown type', body: '95 f1', tags: [{ ...opaque, label: 'multitrack', isBeside: true }] },
]

for (const { name, body, tags } of vectors) {
  test(`audio tag: ${name}`, () => assert.deepEqual(decodeAudioTag(hex(body)).map(withoutBody), tags))

  test(`audio tag: ${name}, cut at every byte, is a tag or the peer’s fault`, () => {
    const whole = hex(body)
    for (let length = 0; length < whole.length; length++) {
      assertOnlyProtocolError(() => decodeAudioTag(whole.subarray(0, length)))
    }
  })
}

const faults = [
  ...['', 'af', 'af02', '90', '914f7075', '9500', '95 05 4f707573 00', '95 11 4f707573 00 000002 aa'],
  // Orders of channels that are cut short.
  ...['94 4f707573', '94 4f707573 01 06 0000', '94 4f707573 02 ff 00'],
]

for (const body of faults) {
  test(`audio tag "${body}" is the peer’s fault`, () => assert.throws(() => decodeAudioTag(hex(body)), ProtocolError))
}

test('audio tag: any bytes are tags or the peer’s fault', () => {
  const start = fc.constantFrom('', '97 02 000001 01', '95 01', '95 11 4f707573', '95 21', '94 61632d33').map(hex)
  const bodies = fc.tuple(start, fc.uint8Array({ maxLength: 24 })).map(([a, b]) => Uint8Array.of(...a, ...b))
  fc.assert(
    fc.property(bodies, body => assertOnlyProtocolError(() => decodeAudioTag(body))),
    { seed: 8, numRuns: 5000 },
  )
})

function withoutBody(tag: AudioTag): Expected {
  if (!('body' in tag)) return tag
  const { body, ...rest } = tag
  assert.ok(body.length > 0)
  return rest
}
