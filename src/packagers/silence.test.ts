import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PlayedSegments, wall } from '../../test/support/played-segments.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import { cmafForm } from './stream-form.ts'

test('silence: sound that falls silent is a gap, and the picture goes on', () => {
  const stream = new PlayedSegments()
  stream.play(0, 2000)
  for (let time = 2000; time < 8040; time += 40) {
    stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
  }
  assert.deepEqual(stream.segments('video').slice(0, 3), ['0: 2.00', '1: 2.00', '2: 2.00'])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00 gap', '2: 2.00 gap'])
})

/** Pictures, and sound of 20 ms at the times that `sounds` says. */
function playWith(stream: PlayedSegments, to: number, sounds: (time: number) => boolean): void {
  for (let time = 0; time < to; time += 20) {
    if (time % 40 === 0) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
    if (sounds(time)) stream.push(audioFrame(time), [videoTrack, audioTrack])
  }
}

/** When each part begins and how long it is, in milliseconds since the beginning of the segment. */
function partsOf(stream: PlayedSegments, name: string, segment: number): string[] {
  const { parts = [], time = 0, timescale = 1 } = stream.segmenter.find(name)?.find(wall / 1000 + segment) ?? {}
  const ms = (ticks: number): number => Math.round((1000 * ticks) / timescale)
  return parts.map(({ end, duration }) => `${ms(end - duration - time)}+${ms(duration)}`)
}

test('silence: the last sound before a silence comes soon, and the silence belongs to its segment', () => {
  const stream = new PlayedSegments()
  playWith(stream, 2300, time => time < 200 || time >= 1600)
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 0.20 open'])
  assert.deepEqual(partsOf(stream, 'audio', 0), ['0+203', '1600+200', '1800+200'])
  const silent = new PlayedSegments()
  playWith(silent, 760, time => time < 220)
  assert.deepEqual(partsOf(silent, 'audio', 0), ['0+200', '200+23'])
  // No part is hinted at that may never come.
  assert.deepEqual(
    [stream, silent].map(({ segmenter }) => segmenter.find('audio')?.isSilent),
    [false, true],
  )
})

test('silence: sound that comes again after a minute makes no segment that is longer than players were told', () => {
  const stream = new PlayedSegments(cmafForm, { segmentWindow: 120_000 })
  playWith(stream, 66_100, time => time < 3000 || time >= 63_000)
  const segments = stream.segments('audio')
  assert.deepEqual(segments.slice(0, 3), ['0: 2.00', '1: 2.00', '2: 2.00 gap'])
  assert.deepEqual(segments.slice(-3), ['30: 2.00 gap', '31: 2.00', '32: 2.00'])
  const audio = stream.segmenter.find('audio')
  assert.ok(audio !== undefined && audio.partTarget < 0.21)
  for (const segment of audio.segments) assert.ok(segment.seconds <= 2.1, `${segment.seconds}`)
})

test('silence: silence that is short lets a frame last, and players are told', () => {
  const stream = new PlayedSegments()
  playWith(stream, 4100, time => time % 400 === 0 || time < 2500)
  assert.deepEqual(stream.segments('audio').slice(0, 2), ['0: 2.00', '1: 2.00'])
  assert.equal(stream.segmenter.find('audio')?.partTarget, 0.4)
})

test('silence: sound that lags behind the pictures is not silent', () => {
  const stream = new PlayedSegments()
  for (let time = 0; time < 5000; time += 20) {
    if (time % 40 === 0) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
    if (time >= 700) stream.push(audioFrame(time - 700), [videoTrack, audioTrack])
  }
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.20 open'])
  assert.equal(partsOf(stream, 'audio', 1).length, 10)
})

test('silence: pictures that stay away are gaps, and the sound is cut without them', () => {
  const stream = new PlayedSegments()
  for (let time = 0; time < 20_000; time += 20) {
    const isSeen = time < 3000 || time >= 15_000
    if (isSeen && time % 40 === 0) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
    stream.push(audioFrame(time), [videoTrack, audioTrack])
  }
  const [video, audio] = [stream.segments('video'), stream.segments('audio')]
  assert.equal(video.length, audio.length)
  assert.ok(video.filter(segment => segment.endsWith('gap')).length >= 3, video.join())
  assert.ok(
    audio.every(segment => !segment.endsWith('gap')),
    audio.join(),
  )
  for (const name of ['video', 'audio']) {
    for (const { seconds } of stream.segmenter.find(name)?.segments ?? [])
      assert.ok(seconds < 2.5, `${name} ${seconds}`)
  }
})

test('silence: a track of which nothing comes is not there until it does', () => {
  const stream = new PlayedSegments()
  playWith(stream, 9000, time => time >= 5500)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 2.00', '3: 2.00', '4: 0.80 open'])
  assert.deepEqual(stream.segments('audio'), ['3: 2.00', '4: 0.80 open'])
})

test('silence: a pause that is longer than a segment may be begins a period', () => {
  const stream = new PlayedSegments()
  stream.play(0, 4000)
  stream.play(9000, 11_000)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
  const segments = stream.segmenter.find('video')?.segments ?? []
  assert.deepEqual(
    segments.map(({ isDiscontinuity }) => isDiscontinuity),
    [false, false, true],
  )
})

test('silence: pictures that come slower have one part each, and players are told as long as those may be listed', () => {
  const stream = new PlayedSegments()
  stream.play(0, 2000)
  for (let time = 2000; time < 6000; time += 500) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack])
  assert.equal(stream.segmenter.find('video')?.partTarget, 0.5)
  assert.deepEqual(partsOf(stream, 'video', 1), ['0+500', '500+500', '1000+500', '1500+500'])
  for (let time = 6000; time < 13_000; time += 40) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack])
  assert.equal(stream.segmenter.find('video')?.partTarget, 0.201)
})
