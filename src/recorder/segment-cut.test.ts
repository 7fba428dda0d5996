import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PlacedFrame } from '../contracts/wire-format.ts'
import { SegmentCut, type SegmentLimits } from './segment-cut.ts'

const picture = (time: number, isKey: boolean): PlacedFrame => ({
  ...{ frame: videoFrame(time, isKey), time, isJoinPoint: isKey, tracks: [videoTrack, audioTrack] },
})
const sound = (time: number, tracks = [videoTrack, audioTrack]): PlacedFrame => ({
  ...{ frame: audioFrame(time), time, isJoinPoint: false, tracks },
})

const unlimited: SegmentLimits = { duration: 0, maxSize: 0 }

/** The times at which files end, each file beginning where the one before ended. */
function cuts(limits: Partial<SegmentLimits>, frames: readonly PlacedFrame[], frameSize = 100): number[] {
  const found: number[] = []
  let [cut, size] = [new SegmentCut({ ...unlimited, ...limits }, frames[0]?.time ?? 0), 0]
  for (const placed of frames) {
    if (size > 0 && cut.isDue(placed, size)) {
      found.push(placed.time)
      cut = new SegmentCut({ ...unlimited, ...limits }, placed.time)
      size = 0
    }
    size += frameSize
  }
  return found
}

const everySecond = Array.from({ length: 100 }, (_, i) => picture(i * 100, i % 10 === 0))

test('segment cut: without limits there is none', () => {
  assert.deepEqual(cuts({}, everySecond), [])
})

test('segment cut: at the first key frame of full duration', () => {
  assert.deepEqual(cuts({ duration: 2000 }, everySecond), [2000, 4000, 6000, 8000])
  assert.deepEqual(cuts({ duration: 2100 }, everySecond), [3000, 6000, 9000])
})

test('segment cut: a key frame that rounding has made early counts', () => {
  const frames = [0, 999, 2000, 2998, 4001, 5999].map(time => picture(time, true))
  assert.deepEqual(cuts({ duration: 2000 }, frames), [2000, 4001, 5999])
})

test('segment cut: before the group of pictures that would make the file too large', () => {
  assert.deepEqual(cuts({ maxSize: 3500 }, everySecond), [3000, 6000, 9000])
  assert.deepEqual(cuts({ maxSize: 3000 }, everySecond), [3000, 6000, 9000])
  assert.deepEqual(
    cuts({ maxSize: 500 }, everySecond),
    Array.from({ length: 9 }, (_, i) => (i + 1) * 1000),
  )
})

test('segment cut: the limit that is reached first counts', () => {
  assert.deepEqual(cuts({ duration: 2000, maxSize: 100_000 }, everySecond), [2000, 4000, 6000, 8000])
  assert.deepEqual(cuts({ duration: 5000, maxSize: 2000 }, everySecond), [2000, 4000, 6000, 8000])
})

test('segment cut: sound is no place to cut while there is a picture', () => {
  const frames = [picture(0, true), sound(3000), picture(3100, false), sound(3200), picture(3500, true)]
  assert.deepEqual(cuts({ duration: 1000 }, frames), [3500])
})

test('segment cut: sound alone is cut at any frame', () => {
  const frames = Array.from({ length: 200 }, (_, i) => sound(i * 23, [audioTrack]))
  assert.deepEqual(cuts({ duration: 1000 }, frames), [1012, 2024, 3036, 4048])
})
