import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import { tagTime } from '../formats/flv/frame-to-tag.ts'
import type { Frame } from '../media/frame.ts'
import { Timeline } from './timeline.ts'

function placed(frame: Frame): PlacedFrame {
  return { frame, time: tagTime(frame), isJoinPoint: false, tracks: [frame.track] }
}

test('timeline: begins at 0 and keeps the distance between sound and picture', () => {
  const timeline = new Timeline(90_000)
  assert.equal(timeline.timeOf(placed(videoFrame(90_000, true))), 0)
  assert.equal(timeline.timeOf(placed(audioFrame(90_013))), 13)
})

test('timeline: a time before the origin becomes 0', () => {
  assert.equal(new Timeline(90_000).timeOf(placed(audioFrame(89_000))), 0)
})

test('timeline: ends with the last frame, which lasts as long as the one before', () => {
  const timeline = new Timeline(0)
  for (const time of [0, 40, 80]) timeline.note(placed(videoFrame(time, true)))
  assert.equal(timeline.duration, 120)
  timeline.note(placed(audioFrame(100)))
  timeline.note(placed(audioFrame(123)))
  assert.equal(timeline.duration, 146)
})

test('timeline: a pause does not make the last frame longer', () => {
  const timeline = new Timeline(0)
  for (const time of [0, 40, 20_000]) timeline.note(placed(videoFrame(time, true)))
  assert.equal(timeline.duration, 20_040)
})

test('timeline: counts pictures per second, of the video alone', () => {
  const timeline = new Timeline(0)
  timeline.note(placed(videoFrame(0, true)))
  assert.equal(timeline.frameRate, undefined)
  for (const time of [33, 67, 100]) timeline.note(placed(videoFrame(time, false)))
  for (const time of [5, 6, 7]) timeline.note(placed(audioFrame(time)))
  assert.equal(timeline.frameRate, 30)
})
