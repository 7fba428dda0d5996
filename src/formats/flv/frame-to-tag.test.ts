import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Frame } from '../../media/frame.ts'
import type { Codec, Track } from '../../media/track.ts'
import { configTagBody, tagBodyHeadSize, tagTime, tagType, trackTagType, writeTagBodyHead } from './frame-to-tag.ts'

const track = (codec: Codec, more: Partial<Track> = {}): Track => ({
  id: 0,
  kind: 'data',
  codec,
  index: 0,
  codecLabel: codec,
  generation: 0,
  timescale: 1000,
  config: undefined,
  ...more,
})

const frame = (of: Track, more: Partial<Frame> = {}): Frame => ({
  track: of,
  dts: 0,
  pts: 0,
  isKey: true,
  payload: Uint8Array.of(1),
  ...more,
})

const head = (of: Frame): string => {
  const into = new Uint8Array(tagBodyHeadSize(of) + 2).fill(0xee)
  writeTagBodyHead(of, into, 1)
  assert.deepEqual([into[0], into.at(-1)], [0xee, 0xee])
  return Buffer.from(into.subarray(1, -1)).toString('hex')
}

const mp3 = (sampleRate: number, channels: number): Frame => frame(track('mp3', { audio: { sampleRate, channels } }))

/** Worked out by hand from FLV 10.1 §E.4.2 and §E.4.3. */
const heads: { name: string; frame: Frame; head: string }[] = [
  { name: 'H.264 key frame', frame: frame(track('h264'), { dts: 20, pts: 100 }), head: '1701000050' },
  {
    name: 'H.264 inter frame, shown before it is decoded',
    frame: frame(track('h264'), { dts: 100, pts: 60, isKey: false }),
    head: '2701ffffd8',
  },
  { name: 'H.265 key frame', frame: frame(track('h265')), head: '1c01000000' },
  {
    name: 'times of 90 kHz, each rounded by itself',
    frame: frame(track('h264', { timescale: 90_000 }), { dts: 3003, pts: 6006 }),
    head: '1701000022',
  },
  { name: 'AAC', frame: frame(track('aac')), head: 'af01' },
  { name: 'MP3 without facts', frame: frame(track('mp3')), head: '2f' },
  { name: 'MP3, 48 kHz', frame: mp3(48000, 2), head: '2f' },
  { name: 'MP3, 22.05 kHz mono', frame: mp3(22050, 1), head: '2a' },
  { name: 'MP3, 11.025 kHz mono', frame: mp3(11025, 1), head: '26' },
  { name: 'MP3, 8 kHz', frame: mp3(8000, 2), head: 'e3' },
  { name: 'script data', frame: frame(track('amf0')), head: '' },
  { name: 'whole video body', frame: frame(track('flv-video')), head: '' },
  { name: 'whole audio body', frame: frame(track('flv-audio')), head: '' },
]

for (const vector of heads) {
  test(`tag body head: ${vector.name}`, () => assert.equal(head(vector.frame), vector.head))
}

test('tag type: by codec, whatever the kind of the track', () => {
  const codecs: Codec[] = ['h264', 'h265', 'flv-video', 'aac', 'mp3', 'flv-audio', 'amf0']
  assert.deepEqual(
    codecs.map(codec => tagType(frame(track(codec)))),
    [9, 9, 9, 8, 8, 8, 18],
  )
  assert.equal(trackTagType(track('aac')), 8)
})

test('tag time: milliseconds, whatever the timescale', () => {
  assert.equal(tagTime(frame(track('aac', { timescale: 48_000 }), { dts: 48_000 + 1024 })), 1021)
})

const config = Uint8Array.of(0xaa, 0xbb)
/** Worked out by hand from FLV 10.1 §E.4.2.2 and §E.4.3.2. */
const configs: [Codec, string][] = [
  ['h264', '1700000000aabb'],
  ['h265', '1c00000000aabb'],
  ['aac', 'af00aabb'],
  ['amf0', 'aabb'],
  ['flv-video', 'aabb'],
  ['flv-audio', 'aabb'],
]

for (const [codec, body] of configs) {
  test(`configuration tag body: ${codec}`, () => {
    assert.equal(Buffer.from(configTagBody(track(codec, { config })) ?? []).toString('hex'), body)
    assert.equal(configTagBody(track(codec)), undefined)
  })
}

test('configuration tag body: MP3 has none', () => {
  assert.equal(configTagBody(track('mp3')), undefined)
  assert.equal(configTagBody(track('mp3', { config })), undefined)
})
