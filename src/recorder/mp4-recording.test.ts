import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseMp4 } from '../../test/support/mp4-file.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { chooseFormat } from './file-formats.ts'
import { mp4Format } from './mp4-recording.ts'
import { Timeline } from './timeline.ts'

const tracks = [videoTrack, audioTrack]

function place(frame: Frame): PlacedFrame {
  return { frame, time: Number(frame.dts), isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks }
}

const batches = [
  [audioFrame(5000), audioFrame(5023), videoFrame(5040, true), videoFrame(5080, false)],
  [videoFrame(5120, true), audioFrame(5046), videoFrame(5160, false)],
]

function record(): { readonly growing: Buffer; readonly complete: Buffer } {
  const muxer = mp4Format.open({ tracks, timeline: new Timeline(5000) })
  const appended = batches.map(batch => muxer.write(batch.map(place)).append)
  const { append, patches } = muxer.finish()
  const complete = Buffer.concat([...appended, append])
  for (const { at, bytes } of patches) complete.set(bytes, at)
  return { growing: Buffer.concat(appended), complete }
}

test('mp4 recording: key frames begin fragments, the first fragment has the sound before them', () => {
  const { file, tracks: read } = parseMp4(record().complete)
  const fragments = [1, 2, 3, 4].flatMap(() => ['moof', 'mdat'])
  assert.deepEqual(
    file.boxes.map(({ type }) => type),
    ['ftyp', 'moov', ...fragments, 'mfra'],
  )
  const [pictures, sound] = read.map(({ samples }) =>
    samples.map(({ moof_number, dts, is_sync }) => [moof_number, dts, is_sync]),
  )
  assert.deepEqual(pictures, [
    [1, 3600, true],
    [2, 7200, false],
    [3, 10_800, true],
    [4, 14_400, false],
  ])
  assert.deepEqual(sound, [
    [1, 0, true],
    [3, 1024, true],
    [4, 2048, true],
  ])
})

test('mp4 recording: tells its duration when it is complete', () => {
  const { growing, complete } = record()
  assert.equal(parseMp4(growing).file.moov.mvex?.mehd, undefined)
  assert.equal(parseMp4(complete).file.moov.mvex?.mehd?.fragment_duration, 200)
})

test('mp4 recording: goes on with a track that is told the same, and with no other', () => {
  const muxer = mp4Format.open({ tracks, timeline: new Timeline(0) })
  muxer.write([videoFrame(0, true), audioFrame(0)].map(place))
  assert.equal(muxer.accepts({ ...videoTrack, generation: 1 }), true)
  assert.equal(muxer.accepts({ ...videoTrack, generation: 1, config: Uint8Array.of(1) }), false)
  assert.equal(muxer.accepts({ ...audioTrack, id: 7 }), false)
})

test('mp4 recording: carries what has a sample entry and whose configuration is there', () => {
  const carries = (track: Partial<Track>): boolean => mp4Format.carries({ ...audioTrack, ...track })
  assert.equal(carries({}), true)
  assert.equal(carries({ config: undefined }), false)
  assert.equal(carries({ codec: 'eac3', config: undefined }), true)
  assert.equal(carries({ codec: 'opus', config: Uint8Array.of(1) }), false)
  assert.equal(carries({ codec: 'flv-audio' }), false)
  assert.equal(carries({ codec: 'amf0', kind: 'data' }), false)
})

test('mp4 recording: only frames tell of AC-3 and E-AC-3', () => {
  const told = (['ac3', 'eac3', 'aac'] as const).map(codec => mp4Format.isToldByFrames?.({ ...audioTrack, codec }))
  assert.deepEqual(told, [true, true, false])
})

test('recording format: auto is MP4 for what only newer readers of FLV know', () => {
  const hevc: Track = { ...videoTrack, codec: 'h265' }
  const data: Track = { ...videoTrack, id: 2, kind: 'data', codec: 'amf0' }
  const named = (...of: readonly Track[]): string => chooseFormat('auto', of).name
  assert.equal(named(videoTrack, audioTrack, data), 'FLV')
  assert.equal(named(hevc, audioTrack, data), 'MP4')
  assert.equal(named(videoTrack, audioTrack, { ...audioTrack, id: 3, index: 1 }), 'MP4')
  assert.equal(named(hevc, { ...audioTrack, codec: 'flv-audio' }), 'FLV')
  assert.equal(chooseFormat('mp4', [videoTrack]).name, 'MP4')
})
