import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import { FrameLog } from '../../hub/frame-log.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { TrackSet } from '../../media/track-set.ts'
import type { TrackEnd } from './kept-tracks.ts'
import { LiveTail } from './live-tail.ts'

const limits = { gopBytes: 1e9, gopTime: 1e6, gopFrames: 1e5, lagBytes: 1e6, lagTime: 1000 }
/** The stream's time 5000 is 100 s behind the Unix epoch. */
const clock = { period: 7, origin: 5000 - 100_000 }

/** The live stream, and what is kept of it up to `end`, a time of the stream. */
function setUp(end: number) {
  const tracks = new TrackSet('mp4')
  tracks.put({ ...videoTrack, timescale: 90_000 })
  tracks.put({ ...audioTrack, timescale: 44_100 })
  const ends = new Map<number, TrackEnd>([
    [0, { end: 90 * (end - clock.origin), duration: 3600 }],
    [1, { end: Math.round(44.1 * (end - clock.origin)), duration: 1024 }],
  ])
  const log = new FrameLog(limits)
  return { log, tracks, tail: () => new LiveTail(log, { tracks, ends }) }
}

function rest(tail: LiveTail): readonly Frame[] {
  const frames: Frame[] = []
  for (let frame = tail.peek(); frame !== undefined; frame = tail.peek()) {
    frames.push(frame)
    tail.take()
  }
  return frames
}

const timesOf = (frames: readonly Frame[], kind: Track['kind']): readonly number[] =>
  frames.flatMap(({ dts, track }) => (track.kind === kind ? [Math.round((1000 * dts) / track.timescale)] : []))

test('live tail: goes on behind what is kept, in the tracks and with the times that are kept', () => {
  const { log, tracks, tail } = setUp(5080)
  for (const time of [5000, 5040, 5080, 5120]) {
    log.append(videoFrame(time, time === 5000))
    log.append(audioFrame(time + 1))
  }
  const held = tail()
  assert.ok(!held.isReachedBy(100_900, clock))
  assert.ok(held.isReachedBy(101_000, clock))
  held.follow(clock)
  const frames = rest(held)
  assert.deepEqual(timesOf(frames, 'video'), [100_080, 100_120])
  assert.deepEqual(timesOf(frames, 'audio'), [100_081, 100_121])
  assert.ok(frames.every(({ track }) => tracks.list.includes(track)))
})

test('live tail: times that were rounded are told apart by half a frame', () => {
  const { log, tail } = setUp(5080)
  for (const time of [5000, 5039, 5079, 5121]) log.append(videoFrame(time, time === 5000))
  const held = tail()
  held.follow(clock)
  assert.deepEqual(timesOf(rest(held), 'video'), [100_079, 100_121])
})

test('live tail: another configuration is another generation, and data tracks are left out', () => {
  const { log, tracks, tail } = setUp(5000)
  const bigger: Track = { ...videoTrack, generation: 1, config: Uint8Array.of(1, 0x64, 0, 0x20) }
  const data: Track = { ...audioTrack, id: 2, kind: 'data', codec: 'id3' }
  const added: Track = { ...audioTrack, id: 3, index: 1, timescale: 1000 }
  log.append(videoFrame(5000, true))
  log.append(audioFrame(5000, 4, 0, data))
  log.append(videoFrame(5040, false, 10, 0, bigger))
  log.append(audioFrame(5040, 4, 0, added))
  const held = tail()
  held.follow(clock)
  const frames = rest(held)
  assert.deepEqual(
    frames.map(({ track: { id, generation, timescale } }) => [id, generation, timescale]),
    [
      [0, 0, 90_000],
      [0, 1, 90_000],
      [2, 0, 1000],
    ],
  )
  assert.equal(tracks.list.length, 3)
})

test('live tail: is lost before there is a key frame, and when more would have to be held than may be', () => {
  const { log, tail } = setUp(5000)
  assert.ok(tail().isLost)
  log.append(videoFrame(5000, true))
  const held = tail()
  assert.ok(!held.isLost)
  for (let i = 1; i < 64; i++) log.append(videoFrame(5000 + 40 * i, false, 1024 * 1024))
  held.keepUp()
  assert.ok(!held.isLost)
  log.append(videoFrame(9000, false, 2 * 1024 * 1024))
  held.keepUp()
  assert.ok(held.isLost)
  log.append(videoFrame(9040, true))
  held.follow(clock)
  assert.deepEqual(timesOf(rest(held), 'video'), [104_040])
  assert.ok(held.dropped > 60)
})
