import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import { ViewerTimeline } from './viewer-timeline.ts'

const epoch = Date.UTC(2026, 10, 21)
const video = { ...videoTrack, timescale: 90_000 }
const audio = { ...audioTrack, timescale: 44_100 }
const picture = (ms: number): Frame => {
  return { ...videoFrame(90 * (epoch + ms), true, 10, 0, video), pts: 90 * (epoch + ms + 80) }
}
const sound = (ms: number): Frame => audioFrame(Math.round(44.1 * (epoch + ms)), 4, 0, audio)

test('viewer timeline: begins at 0 with the first picture, and leaves out the sound before', () => {
  const timeline = new ViewerTimeline()
  timeline.continueAt(epoch + 2000)
  assert.equal(timeline.place(sound(1980)), undefined)
  const placed = [picture(2000), picture(2040)].map(frame => timeline.place(frame))
  assert.deepEqual(
    placed.map(frame => [frame?.dts, frame?.pts]),
    [
      [0, 7200],
      [3600, 10_800],
    ],
  )
  assert.equal(timeline.place(sound(2010))?.dts, 441)
})

test('viewer timeline: goes on behind what has come after a gap, and no track goes back', () => {
  const timeline = new ViewerTimeline()
  timeline.continueAt(epoch)
  for (const frame of [picture(0), sound(0), picture(40), sound(100)]) timeline.place(frame)
  timeline.continueAt(epoch + 3_600_000)
  // It sounds before its picture, and would sound again at a time at which there was sound already.
  assert.equal(timeline.place(sound(3_599_900)), undefined)
  assert.equal(timeline.place(picture(3_600_000))?.dts, 90 * 140)
  assert.equal(timeline.place(sound(3_600_010))?.dts, 6615)
})
