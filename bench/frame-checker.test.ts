import assert from 'node:assert/strict'
import { test } from 'vitest'
import { emptyCounts, FrameChecker, type FrameCounts } from './frame-checker.ts'
import { decodeMark } from './marks.ts'
import { makeAudio, makeVideo } from './synthetic-media.ts'

const STREAM = 3

function frame(sequence: number, stream = STREAM): Buffer {
  return makeVideo({ stream, sequence, size: 400 }, false)
}

function countsOf(frames: readonly Buffer[]): FrameCounts {
  const checker = new FrameChecker('video', STREAM)
  for (const one of frames) checker.check(one, 0)
  return checker.counts
}

function flip(payload: Buffer, at: number): Buffer {
  const flipped = Buffer.from(payload)
  flipped[at] = flipped.readUInt8(at) ^ 1
  return flipped
}

test('frame checker: an unbroken run has no faults, wherever it begins', () => {
  const frames = [41, 42, 43, 44].map(sequence => frame(sequence))
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 4 })
})

test('frame checker: catches dropped frames', () => {
  const frames = [1, 2, 5, 6].map(sequence => frame(sequence))
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 4, lost: 2 })
})

test('frame checker: catches a duplicated frame', () => {
  const frames = [1, 2, 2, 3].map(sequence => frame(sequence))
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 4, duplicated: 1 })
})

test('frame checker: tells a late frame from a lost and from a repeated one', () => {
  const frames = [1, 3, 2, 4, 2].map(sequence => frame(sequence))
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 5, reordered: 1, duplicated: 1 })
})

test('frame checker: catches a flipped bit in the first and in the last byte of the filler', () => {
  const first = frame(1)
  const fillerSize = decodeMark(first)?.fillerSize ?? 0
  const frames = [flip(first, first.length - fillerSize), frame(2), flip(frame(3), first.length - 1)]
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 3, corrupted: 2 })
})

test('frame checker: catches a frame that was cut short', () => {
  assert.deepEqual(countsOf([frame(1).subarray(0, 200)]), { ...emptyCounts(), received: 1, corrupted: 1 })
})

test('frame checker: catches frames of another stream and of another kind', () => {
  const frames = [frame(1, STREAM + 1), makeAudio({ stream: STREAM, sequence: 2, size: 200 })]
  assert.deepEqual(countsOf(frames), { ...emptyCounts(), received: 2, corrupted: 2 })
})

test('frame checker: counts a frame without a mark', () => {
  assert.deepEqual(countsOf([Buffer.alloc(400)]), { ...emptyCounts(), received: 1, unmarked: 1 })
})

test('frame checker: says how long a frame was on its way', () => {
  const payload = frame(1)
  const sentNs = decodeMark(payload)?.sentNs ?? 0
  assert.equal(new FrameChecker('video', STREAM).check(payload, sentNs + 5_000_000), 5_000_000)
})

test('frame checker: a reset keeps its place, so a loss across it is seen', () => {
  const checker = new FrameChecker('video', STREAM)
  checker.check(frame(1), 0)
  checker.reset()
  checker.check(frame(3), 0)
  assert.deepEqual(checker.counts, { ...emptyCounts(), received: 1, lost: 1 })
})
