import assert from 'node:assert/strict'
import { test } from 'vitest'
import { videoFrame } from '../../test/support/sample-frames.ts'
import { FrameCursor } from './frame-cursor.ts'
import { FrameLog } from './frame-log.ts'

const limits = { gopBytes: 1e6, gopTime: 30_000, gopFrames: 1000, lagBytes: 1e6, lagTime: 1000 }

function read(cursor: FrameCursor): number[] {
  const times: number[] = []
  for (let entry = cursor.next(); entry !== undefined; entry = cursor.next()) times.push(entry.time)
  return times
}

test('frame cursor: starts at the newest key frame', () => {
  const log = new FrameLog(limits)
  for (const time of [0, 40, 80, 120]) log.append(videoFrame(time, time % 80 === 0))
  const cursor = new FrameCursor(log)
  assert.deepEqual(read(cursor), [80, 120])
  assert.equal(cursor.dropped, 0)
})

test('frame cursor: at the end of an empty log it misses nothing of what comes', () => {
  const log = new FrameLog(limits)
  const cursor = new FrameCursor(log)
  cursor.seekEnd()
  for (const time of [5000, 5040, 5080]) log.append(videoFrame(time, time !== 5040))
  cursor.keepUp()
  assert.deepEqual(read(cursor), [5000, 5040, 5080])
})

test('frame cursor: at the end it misses nothing of the publisher after the one who left', () => {
  const log = new FrameLog(limits)
  log.append(videoFrame(90_000, true))
  log.forgetJoin()
  const cursor = new FrameCursor(log)
  cursor.seekEnd()
  for (const time of [0, 40]) log.append(videoFrame(time, true))
  assert.equal(cursor.lag, 0)
  assert.deepEqual(read(cursor), [0, 40])
  assert.equal(cursor.dropped, 0)
})

test('frame cursor: a slow reader goes on at the newest key frame and counts what it missed', () => {
  const log = new FrameLog(limits)
  const cursor = new FrameCursor(log)
  log.append(videoFrame(0, true))
  assert.deepEqual(read(cursor), [0])
  for (const time of [500, 1000, 1500, 2000]) log.append(videoFrame(time, time === 1500))
  assert.equal(cursor.lag, 2000)
  cursor.keepUp()
  assert.deepEqual(read(cursor), [1500, 2000])
  assert.equal(cursor.dropped, 2)
})

test('frame cursor: that gave its position up waits for the next key frame', () => {
  const log = new FrameLog(limits)
  const cursor = new FrameCursor(log)
  log.append(videoFrame(0, true))
  assert.deepEqual(read(cursor), [0])
  cursor.wait()
  log.append(videoFrame(40, false))
  assert.deepEqual(read(cursor), [])
  log.append(videoFrame(80, true))
  assert.deepEqual(read(cursor), [80])
})

test('frame cursor: that gives up counts what it has not read, a lost position included', () => {
  const log = new FrameLog(limits)
  const cursor = new FrameCursor(log)
  log.append(videoFrame(0, true))
  assert.deepEqual(read(cursor), [0])
  for (const time of [500, 1000, 1500, 2000]) log.append(videoFrame(time, false))
  cursor.keepUp()
  log.forgetJoin()
  cursor.giveUp()
  cursor.giveUp()
  assert.equal(cursor.dropped, 4)
  assert.deepEqual(read(cursor), [])
})

test('frame cursor: says how many bytes it is behind, but not while it waits', () => {
  const log = new FrameLog(limits)
  const cursor = new FrameCursor(log)
  for (const time of [0, 40, 80]) log.append(videoFrame(time, time === 0, 100))
  assert.equal(cursor.bytesBehind, 0)
  cursor.next()
  assert.equal(cursor.bytesBehind, 300)
  read(cursor)
  log.append(videoFrame(120, false, 50))
  assert.equal(cursor.bytesBehind, 150)
  cursor.wait()
  assert.equal(cursor.bytesBehind, 0)
})
