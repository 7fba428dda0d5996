import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioTrack, videoTrack } from '../../test/support/sample-frames.ts'
import type { Frame } from './frame.ts'
import { FrameTimeline } from './frame-timeline.ts'
import { keptTimes, repairedTimes } from './timeline.ts'

const video = { ...videoTrack, id: 0, timescale: 12_800 }
const audio = { ...audioTrack, id: 1, timescale: 44_100 }
const picture = (dts: number, pts = dts): Frame => ({ track: video, dts, pts, isKey: true, payload: Uint8Array.of(1) })
const sound = (dts: number): Frame => ({ track: audio, dts, pts: dts, isKey: true, payload: Uint8Array.of(2) })

const times = (frames: readonly Frame[]): readonly string[] =>
  frames.map(({ track, dts, pts }) => `${track.kind[0]}${dts}/${pts}`)

function placed(timeline: FrameTimeline, frames: readonly Frame[]): readonly string[] {
  return times([...frames.flatMap(frame => timeline.push(frame, 2)), ...timeline.flush()])
}

test('frame timeline: times that are there stay as they are, frame by frame once each track has come', () => {
  const timeline = new FrameTimeline(repairedTimes)
  const first = picture(512, 1536)
  assert.deepEqual(timeline.push(first, 2), [])
  assert.deepEqual(timeline.push(sound(2048), 2).at(0), first)
  assert.deepEqual(times(timeline.push(picture(1024), 2)), ['v1024/1024'])
})

test('frame timeline: none is below 0, whichever track begins earlier', () => {
  const timeline = new FrameTimeline(repairedTimes)
  assert.deepEqual(placed(timeline, [sound(0), picture(-1024, 0), picture(-512, 2048), sound(1024)]), [
    'a3528/3528',
    'v0/1024',
    'v512/3072',
    'a4552/4552',
  ])
})

test('frame timeline: a publisher that comes back goes on with its earliest frame', () => {
  const timeline = new FrameTimeline(repairedTimes)
  timeline.continueAfter(59_999)
  assert.deepEqual(placed(timeline, [sound(44_100), picture(0, 1024), sound(45_124)]), [
    'a2690100/2690100',
    'v768000/769024',
    'a2691124/2691124',
  ])
})

test('frame timeline: a jump is closed up, or kept', () => {
  const jumping = [picture(0), sound(0), picture(60 * 12_800), sound(60 * 44_100)]
  assert.deepEqual(placed(new FrameTimeline(repairedTimes), jumping), ['v0/0', 'a0/0', 'v13/13', 'a44/44'])
  assert.deepEqual(placed(new FrameTimeline(keptTimes), jumping), times(jumping))
})

test('frame timeline: a track that does not come is not waited for long, and the end is none', () => {
  const timeline = new FrameTimeline(repairedTimes)
  const released = Array.from({ length: 64 }, (_, i) => timeline.push(picture(i * 512), 2).length)
  assert.deepEqual(released, [...Array.from({ length: 63 }, () => 0), 64])
  assert.deepEqual(timeline.flush(), [])
  const short = new FrameTimeline(repairedTimes)
  short.push(picture(0), 2)
  assert.equal(short.flush().length, 1)
})
