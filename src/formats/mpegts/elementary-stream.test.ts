import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hex } from '../../../test/support/protocol-faults.ts'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Codec, Track } from '../../media/track.ts'
import { type ElementaryStream, elementaryStreamOf } from './elementary-stream.ts'

const opusHead = '4f70757348656164 01 02 3801 80bb0000 0000 00'
const hexOf = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex')

function streamOf(codec: Codec, config?: string, changes: Partial<Track> = {}): ElementaryStream {
  const track = { ...audioTrack, codec, config: config === undefined ? undefined : hex(config), ...changes }
  const stream = elementaryStreamOf(track)
  assert.ok(stream !== undefined)
  return stream
}

/** stream_type, stream_id and descriptors: ISO/IEC 13818-1 tables 2-22, 2-34 and §2.6.8, ATSC A/52 Annex A. */
for (const [name, stream, told] of [
  ['AAC', streamOf('aac', '1210'), '0f c0 '],
  ['a second AAC track', streamOf('aac', '1210', { index: 1 }), '0f c1 '],
  ['MP3 of MPEG-1', streamOf('mp3'), '03 c0 '],
  ['MP3 of MPEG-2', streamOf('mp3', undefined, { audio: { sampleRate: 22_050, channels: 1 } }), '04 c0 '],
  ['Opus', streamOf('opus', opusHead), '06 bd 05044f7075737f028002'],
  ['AC-3', streamOf('ac3'), '81 bd 050441432d33'],
  ['E-AC-3', streamOf('eac3'), '87 bd 050445414333'],
  ['H.264', elementaryStreamOf(videoTrack), '1b e0 '],
  ['AAC with a language', streamOf('aac', '1210', { language: 'deu' }), '0f c0 0a0464657500'],
  ['KLV', streamOf('klv'), '06 bd 05044b4c5641'],
  ['ID3', streamOf('id3'), '15 bd 260dffff49443320ff49443320000f'],
  ['cues', streamOf('scte35'), '86 bd '],
] as const) {
  test(`elementary stream: ${name}`, () => {
    assert.ok(stream !== undefined)
    assert.equal(`${hexOf([stream.streamType])} ${hexOf([stream.streamId])} ${hexOf(stream.descriptors)}`, told)
  })
}

/** MPEG-4, LC, 44 100 Hz, stereo, 11 bytes, variable rate: worked out by hand from ISO/IEC 14496-3 §1.A.2.2. */
test('elementary stream: AAC frames have ADTS headers', () => {
  const frame = { track: audioTrack, dts: 0, pts: 0, isKey: true, payload: hex('aabbccdd') }
  const pieces = streamOf('aac', '1210').accessUnit(frame)
  assert.equal(Buffer.concat(pieces).toString('hex'), 'fff150800' + '17ffc' + 'aabbccdd')
})

/** ISO/IEC 14496-3 §4.5.1.1, ISO/IEC 11172-3 §2.4.2.1, RFC 6716 §3.1, ETSI TS 102 366 §4.1. */
for (const [name, stream, payload, ticks] of [
  ['AAC', streamOf('aac', '1210'), hex('00'), (1024 * 90_000) / 44_100],
  ['AAC with SBR', streamOf('aac', '2b920800'), hex('00'), (1024 * 90_000) / 22_050],
  ['two MP3 frames', streamOf('mp3'), mp3Frames(2), 2 * 24 * 90],
  ['an Opus packet of 20 ms', streamOf('opus', opusHead), hex('fc00'), 20 * 90],
  ['AC-3', streamOf('ac3'), hex('0b77 0000 14 40 43 00'), 32 * 90],
] as const) {
  test(`elementary stream: ${name} plays ${ticks / 90} ms`, () => assert.equal(stream.durationOf?.(payload), ticks))
}

/** Channels of family 1 as libopus lays them out, and in another way. RFC 7845 §5.1.1.2. */
test('elementary stream: Opus with more channels is carried where receivers know how they lie', () => {
  const head = (channels: string, table: string): string =>
    `4f70757348656164 01 ${channels} 3801 80bb0000 0000 ${table}`
  const usual = streamOf('opus', head('06', '01 04 02 000401020305'))
  assert.equal(usual.descriptors.at(-1), 6)
  for (const table of ['01 06 00 000102030405', 'ff 04 02 000401020305']) {
    assert.equal(elementaryStreamOf({ ...audioTrack, codec: 'opus', config: hex(head('06', table)) }), undefined)
  }
})

/** 128 kbit/s, 48 kHz: 384 bytes each. */
function mp3Frames(count: number): Uint8Array {
  const frame = Buffer.concat([hex('fffb9404'), Buffer.alloc(380)])
  return Buffer.concat(Array.from({ length: count }, () => frame))
}
