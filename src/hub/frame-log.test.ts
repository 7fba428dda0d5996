import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { FrameLog } from './frame-log.ts'

const limits = { gopBytes: 1e6, gopTime: 30_000, gopFrames: 1000, lagBytes: 1e6, lagTime: 1000 }
const secondVideo = { ...videoTrack, id: 5, index: 1 }

test('frame log: readers start at key frames of the first video track, not at those of others', () => {
  const log = new FrameLog(limits)
  const key = log.append(videoFrame(0, true))
  log.append(videoFrame(20, true, 10, 0, secondVideo))
  assert.equal(log.join, key)
})

test('frame log: a second video track alone is no picture to start with, sound is', () => {
  const log = new FrameLog(limits)
  log.append(videoFrame(0, true, 10, 0, secondVideo))
  const sound = log.append(audioFrame(10))
  assert.equal(log.join, sound)
})

test('frame log: the interval of key frames is that of the newest two of the first video track', () => {
  const log = new FrameLog(limits)
  log.append(videoFrame(0, true))
  log.append(videoFrame(500, true, 10, 0, secondVideo))
  assert.equal(log.keyFrameInterval, undefined)
  log.append(videoFrame(1000, false))
  log.append(videoFrame(2000, true))
  assert.equal(log.keyFrameInterval, 2000)
  log.append(videoFrame(2500, true))
  assert.equal(log.keyFrameInterval, 500)
  log.forgetJoin()
  log.append(videoFrame(9000, true))
  assert.equal(log.keyFrameInterval, undefined)
})
