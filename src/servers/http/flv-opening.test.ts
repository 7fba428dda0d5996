import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readTags } from '../../../test/support/flv-tags.ts'
import { audioTrack, videoTrack } from '../../../test/support/sample-frames.ts'
import { type JoinPoint, WireLog } from '../../hub/wire-log.ts'
import type { Track } from '../../media/track.ts'
import { FlvOpening } from './flv-opening.ts'

const limits = { gopBytes: 1e6, gopTime: 1e6, gopFrames: 100, lagBytes: 1e6, lagTime: 1e6 }

const metadata: Track = {
  id: 2,
  kind: 'data',
  codec: 'amf0',
  index: 0,
  codecLabel: 'onMetaData',
  generation: 0,
  timescale: 1000,
  config: Uint8Array.of(2, 0, 1, 0x61),
}

function joinAt(time: number, ...tracks: Track[]): JoinPoint {
  const { tail: segment } = new WireLog(limits)
  return { segment, index: 0, sequence: 0, position: 0, time, tracks }
}

test('FLV opening: metadata comes first, at no time, the rest at the time of the start', () => {
  const bytes = new FlvOpening().encode(joinAt(70_000, videoTrack, audioTrack, metadata), [])
  assert.deepEqual(
    readTags(bytes.subarray(13)).map(({ type, time }) => [type, time]),
    [
      ['script', 0],
      ['video', 70_000],
      ['audio', 70_000],
    ],
  )
})

test('FLV opening: the second start brings no file header, and only tracks that are new', () => {
  const opening = new FlvOpening()
  opening.encode(joinAt(0, videoTrack, audioTrack, metadata), [])
  assert.equal(opening.isFirst, false)
  assert.equal(opening.encode(joinAt(10, videoTrack, audioTrack, metadata), []).length, 0)
  const changed = { ...videoTrack, generation: 1 }
  assert.deepEqual(
    readTags(opening.encode(joinAt(20, changed, audioTrack, metadata), [])).map(({ type, time }) => [type, time]),
    [['video', 20]],
  )
})

for (const [kinds, tracks, flags] of [
  ['video and audio', [videoTrack, audioTrack], 5],
  ['video', [videoTrack, metadata], 1],
  ['audio', [audioTrack, metadata], 4],
  ['script data', [metadata], 0],
] as const) {
  test(`FLV opening: the file header tells of ${kinds}`, () => {
    assert.equal(new FlvOpening().encode(joinAt(0, ...tracks), [])[4], flags)
    assert.equal(new FlvOpening().encode(joinAt(0), tracks)[4], flags)
  })
}

test('FLV opening: a track that needs no configuration is announced by the file header alone', () => {
  const mp3: Track = { ...audioTrack, codec: 'mp3', config: undefined }
  assert.equal(new FlvOpening().encode(joinAt(0, mp3), []).toString('hex'), '464c5601040000000900000000')
})
