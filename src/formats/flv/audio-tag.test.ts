import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { ProtocolError } from '../../core/errors.ts'
import { type AudioTag, decodeAudioTag } from './audio-tag.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const opaque = { type: 'opaque', isKey: true, isConfig: false, isEnd: false, isMultitrack: false } as const

/** "FFmpeg": in the fixtures. The others: worked out by hand from FLV 10.1 §E.4.2 and Enhanced RTMP v2. */
const vectors: { name: string; body: string; tag: AudioTag }[] = [
  {
    name: 'FFmpeg, AAC configuration',
    body: 'af00119056e500',
    tag: { type: 'config', codec: 'aac', config: hex('119056e500') },
  },
  { name: 'FFmpeg, AAC frame', body: 'af0121446c', tag: { type: 'frame', codec: 'aac', payload: hex('21446c') } },
  { name: 'AAC without sound flags', body: 'a001ff', tag: { type: 'frame', codec: 'aac', payload: hex('ff') } },
  { name: 'FFmpeg, MP3', body: '2efffb10', tag: { type: 'frame', codec: 'mp3', payload: hex('fffb10') } },
  { name: 'MP3 at 8 kHz', body: 'e2ffe3', tag: { type: 'frame', codec: 'mp3', payload: hex('ffe3') } },
  { name: 'Speex', body: 'b200', tag: { ...opaque, label: 'Speex' } },
  { name: 'G.711 A-law', body: '72', tag: { ...opaque, label: 'G.711 A-law' } },
  { name: 'reserved format', body: 'd0', tag: { ...opaque, label: 'codec 13' } },
  { name: 'Opus sequence start', body: '904f707573', tag: { ...opaque, label: 'Opus', isConfig: true } },
  { name: 'Opus frame', body: '914f707573fc', tag: { ...opaque, label: 'Opus' } },
  { name: 'AC-3 sequence end', body: '9261632d33', tag: { ...opaque, label: 'ac-3', isEnd: true } },
  { name: 'AC-3 channel order', body: '9461632d33', tag: { ...opaque, label: 'ac-3' } },
  { name: 'multitrack', body: '95006d70346101', tag: { ...opaque, label: 'mp4a', isMultitrack: true } },
]

for (const { name, body, tag } of vectors) {
  test(`audio tag: ${name}`, () => assert.deepEqual(decodeAudioTag(hex(body)), tag))

  test(`audio tag: ${name}, cut at every byte, is a tag or the peer’s fault`, () => {
    for (let length = 0; length < body.length / 2; length++) onlyProtocolError(hex(body).subarray(0, length))
  })
}

for (const body of ['', 'af', 'af02', '90', '914f7075', '9500']) {
  test(`audio tag "${body}" is the peer’s fault`, () => assert.throws(() => decodeAudioTag(hex(body)), ProtocolError))
}

test('audio tag: any bytes are a tag or the peer’s fault', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 16 }), onlyProtocolError), { seed: 8, numRuns: 3000 })
})

function onlyProtocolError(body: Uint8Array): void {
  try {
    decodeAudioTag(body)
  } catch (error) {
    assert.ok(error instanceof ProtocolError, String(error))
  }
}
