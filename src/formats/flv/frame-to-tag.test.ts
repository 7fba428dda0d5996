import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Frame } from '../../media/frame.ts'
import type { Codec, Track } from '../../media/track.ts'
import { archiveProfile, type FlvProfile, legacyProfile, playbackProfile, unreadableTracks } from './flv-profile.ts'
import {
  configTagBodies,
  isForReaders,
  tagBodyHeadSize,
  tagTime,
  tagType,
  trackTagType,
  writeTagBodyHead,
} from './frame-to-tag.ts'

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

const head = (of: Frame, profile: FlvProfile = archiveProfile): string => {
  const into = new Uint8Array(tagBodyHeadSize(of, profile) + 2).fill(0xee)
  writeTagBodyHead(of, profile, into, 1)
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

const of = (codec: Codec, kind: 'video' | 'audio', more: Partial<Track> = {}): Track => track(codec, { kind, ...more })

/** Worked out by hand from Enhanced RTMP v2, ExVideoTagHeader and ExAudioTagHeader. */
const exHeads: { name: string; frame: Frame; head: string }[] = [
  { name: 'H.265 shown at once', frame: frame(of('h265', 'video')), head: '9368766331' },
  {
    name: 'H.265 shown 80 ms later',
    frame: frame(of('h265', 'video'), { dts: 20, pts: 100, isKey: false }),
    head: 'a168766331000050',
  },
  { name: 'H.266 shown earlier', frame: frame(of('h266', 'video'), { dts: 40 }), head: '9176766331ffffd8' },
  { name: 'AV1', frame: frame(of('av1', 'video')), head: '9161763031' },
  { name: 'AV1 with delimiters', frame: frame(of('av1', 'video', { isDelimited: true })), head: '91617630311200' },
  { name: 'VP8', frame: frame(of('vp8', 'video'), { isKey: false }), head: 'a176703038' },
  {
    name: 'VP9 with a nanosecond offset',
    frame: frame(of('vp9', 'video'), { nanoOffset: 291 }),
    head: '97020001230176703039',
  },
  { name: 'Opus', frame: frame(of('opus', 'audio')), head: '914f707573' },
  { name: 'AC-3', frame: frame(of('ac3', 'audio')), head: '9161632d33' },
  {
    name: 'FLAC with a nanosecond offset',
    frame: frame(of('flac', 'audio'), { nanoOffset: 1 }),
    head: '970200000101664c6143',
  },
  { name: 'second H.264', frame: frame(of('h264', 'video', { index: 1 })), head: '96036176633101' },
  { name: 'second AAC', frame: frame(of('aac', 'audio', { index: 1 })), head: '95016d70346101' },
  {
    name: 'third H.265, inter frame, with everything',
    frame: frame(of('h265', 'video', { index: 2 }), { pts: 40, isKey: false, nanoOffset: 0xf423f }),
    head: 'a7020f423f06 01 68766331 02 000028'.replaceAll(' ', ''),
  },
]

for (const vector of exHeads) {
  test(`tag body head of Enhanced RTMP: ${vector.name}`, () => assert.equal(head(vector.frame), vector.head))
}

test('tag body head: players in browsers are told nothing that they do not know', () => {
  const vp9 = frame(of('vp9', 'video'), { nanoOffset: 291 })
  assert.equal(head(vp9, playbackProfile), '9176703039')
  assert.equal(isForReaders(vp9, playbackProfile), true)
  assert.equal(isForReaders(frame(of('vp9', 'video', { index: 1 })), playbackProfile), false)
})

test('tag body head: H.265 as it was before Enhanced RTMP', () => {
  assert.equal(head(frame(of('h265', 'video')), legacyProfile), '1c01000000')
})

test('tags: what the readers do not know is left out', () => {
  assert.equal(isForReaders(frame(of('av1', 'video')), legacyProfile), false)
  assert.deepEqual(configTagBodies(of('av1', 'video', { config: Uint8Array.of(1) }), legacyProfile), [])
  const enhanced = frame(track('flv-video'), { payload: Uint8Array.of(0x91, 1) })
  const vp6 = frame(track('flv-video'), { payload: Uint8Array.of(0x14, 1) })
  assert.deepEqual([isForReaders(enhanced, legacyProfile), isForReaders(vp6, legacyProfile)], [false, true])
  assert.equal(isForReaders(enhanced, playbackProfile), true)
  assert.equal(isForReaders(frame(track('flv-audio'), { payload: Uint8Array.of(0x91) }), legacyProfile), false)
})

const config = Uint8Array.of(0xaa, 0xbb)
const told = { width: 1, height: 1, colorInfo: Uint8Array.of(0xcc) }
const channelOrder = Uint8Array.of(0, 2)
/** Worked out by hand from FLV 10.1 §E.4.2.2 and §E.4.3.2, and Enhanced RTMP v2. */
const configs: [Track, string[]][] = [
  [of('h264', 'video', { config, video: told }), ['1700000000aabb']],
  [of('h265', 'video', { config, video: told }), ['9068766331aabb', 'd468766331cc']],
  [of('h264', 'video', { config, index: 1, video: told }), ['96006176633101aabb', 'd6046176633101cc']],
  [of('av1', 'video', { config }), ['9061763031aabb']],
  [of('vp8', 'video'), []],
  [of('aac', 'audio', { config }), ['af00aabb']],
  [
    of('opus', 'audio', { config, audio: { sampleRate: 1, channels: 2, channelOrder } }),
    ['904f707573aabb', '944f7075730002'],
  ],
  [of('ac3', 'audio', { audio: { sampleRate: 1, channels: 2, channelOrder } }), ['9461632d330002']],
  [of('aac', 'audio', { config, index: 3 }), ['95006d70346103aabb']],
  [track('amf0', { config }), ['aabb']],
  [track('flv-video', { config }), ['aabb']],
  [track('flv-audio', { config }), ['aabb']],
  [of('mp3', 'audio', { config }), []],
  [of('aac', 'audio'), []],
]

for (const [which, bodies] of configs) {
  test(`configuration tag bodies: ${which.codec} ${which.index}, ${bodies.length}`, () => {
    const encoded = configTagBodies(which, archiveProfile).map(body => Buffer.from(body).toString('hex'))
    assert.deepEqual(encoded, bodies)
  })
}

test('configuration tag bodies: players in browsers are not told colours', () => {
  const bodies = configTagBodies(of('h265', 'video', { config, video: told }), playbackProfile)
  assert.equal(bodies.length, 1)
})

test('tags: a codec with two forms is written as it was published for those who know both', () => {
  const profile: FlvProfile = { ...archiveProfile, keepsFourCc: true }
  const named = of('h264', 'video', { hasFourCc: true, config })
  assert.equal(head(frame(named, { nanoOffset: 1 }), profile), '9702000001036176633 1'.replace(' ', ''))
  assert.equal(head(frame(named), archiveProfile), '1701000000')
  assert.equal(head(frame(of('h264', 'video')), profile), '1701000000')
  assert.equal(head(frame(named), { ...profile, fourCcs: new Set() }), '1701000000')
})

test('tags: unreadable are the first tracks of a kind that are left out', () => {
  const opaque = track('flv-video', { kind: 'video', config: Uint8Array.of(0x90) })
  const av1 = of('av1', 'video')
  const tracks = [of('h264', 'video'), of('aac', 'audio'), of('av1', 'video', { index: 1 }), track('amf0')]
  assert.deepEqual(unreadableTracks(tracks, legacyProfile), [])
  assert.deepEqual(unreadableTracks([av1, of('aac', 'audio')], legacyProfile), [av1])
  assert.deepEqual(unreadableTracks([opaque], legacyProfile), [opaque])
  assert.deepEqual(unreadableTracks([opaque, av1], archiveProfile), [])
})
