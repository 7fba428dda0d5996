import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { Frame } from '../media/frame.ts'
import { Splice } from './splice.ts'

function placed(splice: Splice, frames: readonly Frame[]): readonly (Frame | undefined)[] {
  return frames.map(frame => splice.place(frame))
}

const primary = [videoFrame(1000, true), audioFrame(1010), videoFrame(1040, false), audioFrame(1033)]

test('splice: what comes first is passed on as it is, the very same objects', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  assert.ok(placed(splice, primary).every((frame, at) => frame === primary[at]))
})

test('splice: another input begins where its first track has ended, its tracks as far apart as they were', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  placed(splice, primary)
  const backup = [videoFrame(500_000, true), audioFrame(500_011), videoFrame(500_040, false)]
  splice.begin(videoFrame(500_000, true), undefined)
  const times = placed(splice, backup).map(frame => [frame?.dts, frame?.track])
  assert.deepEqual(times, [
    [1080, videoTrack],
    [1091, audioTrack],
    [1120, videoTrack],
  ])
})

test('splice: behind a gap, the last frame does not last as long as that', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  placed(splice, [...primary, videoFrame(1080, false), videoFrame(1258, true), audioFrame(1056), audioFrame(1216)])
  splice.begin(videoFrame(0, true), undefined)
  const frames = placed(splice, [videoFrame(0, true), audioFrame(-70), audioFrame(-50)])
  assert.deepEqual(
    frames.map(frame => frame?.dts),
    [1298, undefined, 1248],
  )
})

test('splice: what belongs before the end of its track is left out, and nothing goes back or is heard at once', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  placed(splice, [...primary, audioFrame(1177), audioFrame(1200)])
  splice.begin(videoFrame(0, true), undefined)
  const frames = placed(splice, [videoFrame(0, true), audioFrame(-1000), audioFrame(121), audioFrame(143)])
  assert.deepEqual(
    frames.map(frame => frame?.dts),
    [1080, undefined, undefined, 1223],
  )
})

test('splice: sound that had ended before its pictures goes on with what the other input had before its own', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  placed(splice, [...primary, videoFrame(1080, false), videoFrame(1120, false)])
  splice.begin(videoFrame(5000, true), undefined)
  const before = [4892, 4915, 4939, 4962, 4985].map(time => splice.placeEarlier(audioFrame(time)))
  assert.deepEqual(
    before.map(frame => frame?.dts),
    [undefined, 1075, 1099, 1122, 1145],
  )
  const frames = placed(splice, [videoFrame(5000, true), audioFrame(5008)])
  assert.deepEqual(
    frames.map(frame => frame?.dts),
    [1160, 1168],
  )
})

test('splice: nothing begins with sound from before its first picture', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  assert.equal(splice.placeEarlier(audioFrame(990)), undefined)
  assert.equal(splice.place(videoFrame(1000, true))?.dts, 1000)
  assert.equal(splice.place(audioFrame(1010))?.dts, 1010)
})

test('splice: behind a picture that has frozen, the sound that went on is not left out for long', () => {
  const splice = new Splice()
  splice.begin(videoFrame(1000, true), undefined)
  placed(splice, [...primary, audioFrame(5000), audioFrame(5020)])
  splice.begin(videoFrame(0, true), undefined)
  assert.equal(splice.place(videoFrame(0, true))?.dts, 4540)
})

test('splice: the same codec with another configuration is the next generation, and back again the next but one', () => {
  const splice = new Splice()
  const other = { ...videoTrack, config: Uint8Array.of(1, 0x42, 0, 0x1e) }
  splice.begin(videoFrame(0, true), undefined)
  assert.equal(splice.trackOf(videoTrack), videoTrack)
  splice.begin(videoFrame(0, true, 1, 0, other), undefined)
  assert.deepEqual(splice.trackOf(other), { ...other, generation: 1 })
  splice.begin(videoFrame(0, true), undefined)
  assert.deepEqual(splice.trackOf(videoTrack), { ...videoTrack, generation: 2 })
})

test('splice: the same configuration in other ticks stays the track that it is, in its ticks', () => {
  const splice = new Splice()
  splice.begin(videoFrame(0, true), undefined)
  placed(splice, [videoFrame(0, true), videoFrame(40, false)])
  const ninety = { ...videoTrack, id: 7, timescale: 90_000 }
  splice.begin(videoFrame(900_000, true, 1, 0, ninety), undefined)
  const frame = splice.place({ ...videoFrame(900_000, true, 1, 0, ninety), pts: 903_600 })
  assert.deepEqual([frame?.dts, frame?.pts, frame?.track], [80, 120, videoTrack])
})

test('splice: AAC that says that it has no SBR, and AAC that does not say it, is the same', () => {
  const splice = new Splice()
  const wordy = { ...audioTrack, config: Uint8Array.of(0x12, 0x10, 0x56, 0xe5, 0) }
  splice.begin(audioFrame(0), undefined)
  placed(splice, [audioFrame(0)])
  splice.begin(audioFrame(0, 4, 0, wordy), undefined)
  assert.equal(splice.trackOf(wordy), audioTrack)
})

test('splice: behind a former publication of the stream it begins a millisecond later', () => {
  const splice = new Splice()
  splice.begin(videoFrame(0, true), 5000)
  assert.equal(splice.place(videoFrame(0, true))?.dts, 5001)
})

test('splice: only inputs with the same kinds and codecs go on in one publication', () => {
  const splice = new Splice()
  assert.ok(splice.fits([videoTrack]))
  splice.begin(videoFrame(0, true), undefined)
  placed(splice, [videoFrame(0, true), audioFrame(0)])
  assert.ok(splice.fits([audioTrack, { ...videoTrack, id: 9, config: undefined }]))
  assert.ok(!splice.fits([videoTrack]))
  assert.ok(!splice.fits([videoTrack, { ...audioTrack, codec: 'opus' }]))
  assert.ok(!splice.fits([videoTrack, audioTrack, { ...audioTrack, id: 2, index: 1 }]))
})

test('splice: ids of tracks that other inputs have differently do not collide', () => {
  const splice = new Splice()
  splice.begin(videoFrame(0, true), undefined)
  splice.place(videoFrame(0, true))
  splice.begin(videoFrame(0, true), undefined)
  const sound = { ...audioTrack, id: 0 }
  const picture = { ...videoTrack, id: 1 }
  splice.place(videoFrame(0, true, 1, 0, picture))
  const frame = splice.place(audioFrame(10, 1, 0, sound))
  assert.equal(frame?.track.id, 1)
  assert.equal(splice.trackOf(picture).id, 0)
})
