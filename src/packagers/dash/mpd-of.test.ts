import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PlayedSegments } from '../../../test/support/played-segments.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { Segmenter } from '../segmenter.ts'
import { cmafForm } from '../stream-form.ts'
import { formatFrameRate, mpdOf } from './mpd-of.ts'

const wall = 1_795_219_200_000
const options = {
  now: wall,
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 256e6,
  longestLag: 6000,
  isLowLatency: false,
  prefix: '',
  suffix: '?token=t',
  timeUrl: '/_time',
}

const bigger: Track = {
  ...videoTrack,
  config: Uint8Array.of(1, 0x64, 0, 0x20, 0xff, 0xe1, 0, 0, 1, 0, 0),
}

/** Sixteen seconds, of which the sound is missing from the fourth to the eleventh. */
function playWithHole(): Segmenter {
  const segmenter = new Segmenter(cmafForm, options)
  const tracks = [videoTrack, audioTrack]
  let sequence = 0
  for (let time = 0; time < 16_040; time += 40) {
    const isKey = time % 1000 === 0
    const picture = { frame: videoFrame(time, isKey, 10), time, isJoinPoint: isKey, tracks, sequence: sequence++ }
    segmenter.push(picture, wall + time)
    if (time >= 4500 && time < 11_000) continue
    segmenter.push({ frame: audioFrame(time), time, isJoinPoint: false, tracks, sequence: sequence++ }, wall + time)
  }
  return segmenter
}

/** Seven seconds: the publisher leaves after three and comes back ten seconds later, with another picture. */
function play(later = bigger): Segmenter {
  const segmenter = new Segmenter(cmafForm, options)
  let sequence = 0
  for (let time = 0; time < 7040; time += 40) {
    if (time === 3000) segmenter.leave(wall + 3000)
    const at = wall + time + (time < 3000 ? 0 : 10_000)
    const isKey = time % 1000 === 0
    const track = time < 3000 ? videoTrack : later
    const tracks = [track, audioTrack]
    const picture = {
      frame: videoFrame(time, isKey, 10, 0, track),
      time,
      isJoinPoint: isKey,
      tracks,
      sequence: sequence++,
    }
    segmenter.push(picture, at)
    segmenter.push({ frame: audioFrame(time), time, isJoinPoint: false, tracks, sequence: sequence++ }, at)
  }
  return segmenter
}

test('mpd of a stream: a period for each generation, with times that go on', () => {
  const { periods } = mpdOf(play().renditions, options)
  assert.deepEqual(
    periods.map(({ start }) => start),
    [0, wall + 13_000],
  )
  for (const { start, sets } of periods) {
    assert.deepEqual(
      sets.map(({ kind }) => kind),
      ['video', 'audio'],
    )
    for (const { representation } of sets) {
      const { presentationTimeOffset, timescale, timeline } = representation
      assert.equal(presentationTimeOffset, Math.round((start * timescale) / 1000))
      assert.equal(timeline[0]?.time, (Math.max(start, wall) * timescale) / 1000)
    }
  }
})

test('mpd of a stream: time without a publisher is a gap in one period, if what comes then is the same', () => {
  const { periods } = mpdOf(play(videoTrack).renditions, options)
  assert.equal(periods.length, 1)
  const timeline = periods[0]?.sets[0]?.representation.timeline ?? []
  const seconds = timeline.map(({ time, duration }) => [time / 90_000 - wall / 1000, duration / 90_000])
  assert.deepEqual(seconds, [
    [0, 2],
    [2, 1],
    [13, 2],
    [15, 2],
  ])
})

test('mpd of a stream: segments without sound belong to the one before, so that each reaches to the next', () => {
  const { periods, maxSegmentDuration } = mpdOf(playWithHole().renditions, options)
  const [pictures, sound] = (periods[0]?.sets ?? []).map(({ representation: { timeline, timescale } }) =>
    timeline.map(({ time, duration }) => [time / timescale - wall / 1000, (time + duration) / timescale - wall / 1000]),
  )
  assert.equal(pictures?.length, 8)
  assert.equal(sound?.length, 6)
  for (const [i, [, end]] of (sound ?? []).slice(0, -1).entries()) assert.equal(sound?.[i + 1]?.[0], end)
  assert.ok(maxSegmentDuration >= 6000, `${maxSegmentDuration}`)
})

test('mpd of a stream: after a restart of the server, the period is the same', () => {
  const facts = [play(), play(videoTrack)].map(segmenter => {
    const [period] = mpdOf(segmenter.renditions, options).periods
    return [period?.id, period?.start, period?.sets[0]?.representation.presentationTimeOffset]
  })
  assert.deepEqual(facts[0], facts[1])
})

test('mpd of a stream: with low latency alone, the segment that comes next is listed, as long as one comes', () => {
  const segmenter = play()
  const listed = (isLowLatency: boolean): (readonly number[])[] => {
    const { periods } = mpdOf(segmenter.renditions, { ...options, isLowLatency })
    const { timeline = [], timescale = 1 } = periods.at(-1)?.sets[0]?.representation ?? {}
    return timeline.map(({ time, duration }) => [time / timescale - wall / 1000, duration / timescale])
  }
  const complete = [
    [13, 2],
    [15, 2],
  ]
  assert.deepEqual([listed(false), listed(true)], [complete, [...complete, [17, 2]]])
  segmenter.leave(wall + 17_040)
  assert.deepEqual(listed(true), [...complete, [17, 0.04]])
})

test('mpd of a stream: with low latency, players hear soon of a segment, and are told how far behind to stand', () => {
  const mpd = mpdOf(play().renditions, { ...options, isLowLatency: true })
  assert.deepEqual(
    [mpd.minimumUpdatePeriod, mpd.suggestedPresentationDelay, mpd.latency, mpd.minBufferTime],
    [500, 1505, { target: 1505, longest: 3010 }, 1505],
  )
})

test('mpd of a stream: a period is told when there is something of each track', () => {
  const segmenter = play()
  const told = (): number => mpdOf(segmenter.renditions, options).periods.length
  segmenter.leave(wall + 17_040)
  const tracks = [videoTrack, audioTrack]
  const push = (frame: Frame, sequence: number): void => {
    const time = Number(frame.dts)
    segmenter.push(
      { frame, time, isJoinPoint: frame.isKey && frame.track.kind === 'video', tracks, sequence },
      wall + 20_000 + time,
    )
  }
  push(videoFrame(0, true), 0)
  push(audioFrame(0), 1)
  for (let i = 1; i < 52; i++) push(videoFrame(i * 40, i % 25 === 0), i + 1)
  assert.equal(told(), 2)
  push(audioFrame(2080), 53)
  assert.equal(told(), 3)
})

test('mpd of a stream: nothing more is to be fetched when it has ended', () => {
  const segmenter = play()
  segmenter.end(wall + 17_040)
  const mpd = mpdOf(segmenter.renditions, options)
  assert.equal(mpd.minimumUpdatePeriod, undefined)
  assert.equal(mpd.duration, wall + 17_040)
})

test('mpd of a stream: what viewers have shown is carried on', () => {
  const [period] = mpdOf(play().renditions, options).periods
  const { initialization, media } = period?.sets[0]?.representation ?? assert.fail()
  assert.deepEqual([initialization, media], ['video-init-1795219200.m4s?token=t', 'video-t$Time$.m4s?token=t'])
})

test('mpd of a stream: frame rates are whole numbers or those of television', () => {
  assert.deepEqual([24.99, 29.97, 23.976, 50, 59.9401].map(formatFrameRate), [
    '25',
    '30000/1001',
    '24000/1001',
    '50',
    '60000/1001',
  ])
})

test('mpd of a stream: pictures whose segments begin anywhere do not say that each begins with a key frame', () => {
  const told = (gop: number): readonly boolean[] => {
    const stream = new PlayedSegments()
    stream.play(0, 30_000, gop)
    const [period] = mpdOf(stream.segmenter.renditions, options).periods
    return period?.sets.map(({ isIndependent }) => isIndependent) ?? []
  }
  assert.deepEqual(told(25), [true, true])
  assert.deepEqual(told(1500), [false, true])
})
