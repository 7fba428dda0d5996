import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readMp4 } from '../../test/support/mp4-file.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { SegmentFacts, SegmentIntake } from '../contracts/segments.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import { Segmenter, type SegmenterSettings } from './segmenter.ts'
import { cmafForm, muxedForm, type StreamForm, tsForm } from './stream-form.ts'

const settings: SegmenterSettings = {
  segmentDuration: 2000,
  partDuration: 200,
  segmentWindow: 20_000,
  segmentMemory: 256e6,
}
/** 2026-11-21T00:00:00Z. */
const wall = 1_795_219_200_000
const bigger: Track = {
  ...videoTrack,
  generation: 1,
  config: Uint8Array.of(1, 0x64, 0, 0x20, 0xff, 0xe1, 0, 0, 1, 0, 0),
}

/** A segmenter with a clock that runs as fast as the stream. */
class Stream {
  readonly segmenter: Segmenter
  #sequence = 0
  #start: number | undefined

  constructor(form: StreamForm = cmafForm, changed: Partial<SegmenterSettings> = {}, intake?: SegmentIntake) {
    this.segmenter = new Segmenter(form, { ...settings, ...changed }, intake)
  }

  push(frame: Frame, tracks: readonly Track[], skipped = 0): void {
    const { track, isKey } = frame
    const time = Number(frame.dts)
    this.#start ??= time
    this.#sequence += skipped
    const isJoinPoint = isKey && (track.kind === 'video' || tracks.length === 1)
    const placed = { frame, time, isJoinPoint, tracks, sequence: this.#sequence++ }
    this.segmenter.push(placed, wall + time - this.#start)
  }

  /** 25 pictures a second, one in `gop` a key frame, and sound each 20 ms. */
  play(from: number, to: number, gop = 25, video = videoTrack): void {
    const tracks = [video, audioTrack]
    for (let time = from; time < to; time += 40) {
      this.push(videoFrame(time, ((time - from) / 40) % gop === 0, 100, 7, video), tracks)
      this.push(audioFrame(time), tracks)
      this.push(audioFrame(time + 20), tracks)
    }
  }

  /** Number within this test, seconds and size of each segment. */
  segments(name: string): string[] {
    const segments = this.segmenter.find(name)?.segments ?? []
    return segments.map(({ number, seconds, isComplete, isGap }) => {
      const state = isGap ? ' gap' : isComplete ? '' : ' open'
      return `${number - wall / 1000}: ${seconds.toFixed(2)}${state}`
    })
  }
}

test('segmenter: cuts at the first key frame behind the duration, and at the same places in every rendition', () => {
  const stream = new Stream()
  stream.play(5000, 11_000, 25)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
})

test('segmenter: a group of pictures longer than a segment makes a longer segment', () => {
  const stream = new Stream()
  stream.play(0, 9000, 75)
  assert.deepEqual(stream.segments('video'), ['0: 3.00', '1: 3.00', '2: 2.80 open'])
})

test('segmenter: key frames are not waited for where there are no pictures', () => {
  const stream = new Stream()
  for (let time = 0; time < 5000; time += 20) stream.push(audioFrame(time), [audioTrack])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.80 open'])
})

test('segmenter: parts are as long as they may be, and add up to their segment', () => {
  const stream = new Stream()
  stream.play(0, 2040, 50)
  const [segment] = stream.segmenter.find('video')?.segments ?? []
  const parts = segment?.parts ?? []
  assert.deepEqual(
    parts.map(({ duration }) => duration),
    Array.from({ length: 10 }, () => 18_000),
  )
  assert.deepEqual(
    parts.map(({ isIndependent }) => isIndependent),
    [true, ...Array.from({ length: 9 }, () => false)],
  )
  assert.ok(Buffer.concat(parts.map(({ bytes }) => bytes)).equals(segment?.bytes ?? Buffer.alloc(0)))
})

test('segmenter: where key frames are a minute apart, segments are cut without them', () => {
  const stream = new Stream()
  stream.play(0, 34_000, 1500)
  const video = stream.segmenter.find('video')
  assert.equal(video?.targetDuration, 11)
  assert.equal(video.isIndependent, false)
  assert.deepEqual(stream.segments('video'), ['0: 10.48', '1: 11.40', '2: 11.40', '3: 0.60 open'])
  assert.deepEqual(
    video.segments.map(({ parts }) => parts[0]?.isIndependent),
    [true, false, false, false],
  )
  assert.deepEqual(
    video.segments.map(({ isIndependent }) => isIndependent),
    [true, false, false, false],
  )
  assert.ok(stream.segmenter.find('audio')?.isIndependent)
})

test('segmenter: what players were told of the length of segments stays so', () => {
  const stream = new Stream()
  stream.play(0, 2000, 50)
  stream.play(2000, 7000, 125)
  stream.play(7000, 11_040, 50)
  const video = stream.segmenter.find('video')
  assert.equal(video?.targetDuration, 2)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.40', '2: 2.40', '3: 2.20', '4: 2.00'])
})

test('segmenter: a track that is gone is a gap until it comes again', () => {
  const stream = new Stream()
  stream.play(0, 4000)
  stream.segmenter.leave(wall + 4000)
  for (let time = 9000; time < 13_000; time += 40)
    stream.push(videoFrame(time, (time - 9000) % 1000 === 0), [videoTrack])
  stream.segmenter.leave(wall + 13_000)
  stream.play(14_000, 16_040)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 2.00', '3: 2.00', '4: 2.00'])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 2.00 gap', '3: 1.96 gap', '4: 2.00'])
  const audio = stream.segmenter.find('audio')?.segments ?? []
  assert.deepEqual(
    audio.map(({ isDiscontinuity }) => isDiscontinuity),
    [false, false, true, false, true],
  )
})

test('segmenter: sound without a picture that can be carried is cut by time', () => {
  const unknown: Track = { ...videoTrack, codec: 'flv-video', config: undefined }
  const stream = new Stream()
  stream.play(0, 5000, 125, unknown)
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.80 open'])
})

test('segmenter: the time of parts is told once, with what frames of their size can be', () => {
  const stream = new Stream()
  for (let i = 0; i < 100; i++) stream.push(videoFrame(Math.round((i * 1000) / 24), i % 24 === 0), [videoTrack])
  assert.equal(stream.segmenter.find('video')?.partTarget, 0.167)
  const even = new Stream()
  even.play(0, 4000)
  assert.equal(even.segmenter.find('video')?.partTarget, 0.201)
})

test('segmenter: without parts a segment is one fragment', () => {
  const stream = new Stream(cmafForm, { partDuration: 0 })
  stream.play(0, 4080)
  const counts = stream.segmenter.find('video')?.segments.map(({ parts }) => parts.length)
  assert.deepEqual(counts, [1, 1])
})

test('segmenter: media times count from the Unix epoch', () => {
  const stream = new Stream()
  stream.play(123_456, 126_000)
  const [segment] = stream.segmenter.find('video')?.segments ?? []
  assert.equal((segment?.time ?? 0) / 90_000, wall / 1000)
})

test('segmenter: another configuration begins a period at its key frame', () => {
  const stream = new Stream()
  stream.play(0, 3000)
  stream.play(3000, 6000, 25, bigger)
  const segments = stream.segmenter.find('video')?.segments ?? []
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 1.00', '2: 2.00', '3: 0.80 open'])
  const periods = segments.map(({ period }) => period.number - wall / 1000)
  assert.deepEqual(periods, [0, 0, 1, 1])
  const [first, , third] = segments
  assert.notDeepEqual(first?.period.heads.get('video')?.init, third?.period.heads.get('video')?.init)
})

test('segmenter: the discontinuity sequence is small, and rises with each period', () => {
  const stream = new Stream()
  stream.play(0, 3000)
  stream.play(3000, 4000, 25, bigger)
  const discontinuities = stream.segmenter.find('video')?.segments.map(({ period }) => period.discontinuity)
  const hours = (wall - Date.UTC(2026, 0, 1)) / 3_600_000
  assert.deepEqual(discontinuities, [hours, hours, hours + 1])
})

test('segmenter: a generation that changes nothing for players begins nothing', () => {
  const stream = new Stream()
  stream.play(0, 2000)
  stream.play(2000, 4040, 25, { ...videoTrack, generation: 1 })
  assert.equal(new Set(stream.segmenter.find('video')?.segments.map(({ period }) => period)).size, 1)
})

test('segmenter: frames that were dropped begin a period at the next key frame', () => {
  const stream = new Stream()
  stream.play(0, 1000)
  stream.push(videoFrame(1500, false), [videoTrack, audioTrack], 30)
  stream.play(2000, 4040)
  assert.deepEqual(stream.segments('video'), ['0: 1.00', '1: 2.00'])
})

test('segmenter: a publisher that comes back goes on in a new period', () => {
  const stream = new Stream()
  stream.play(0, 1000)
  stream.segmenter.leave(wall + 1000)
  stream.play(8000, 10_040)
  assert.deepEqual(stream.segments('audio'), ['0: 1.00', '1: 2.00'])
  stream.segmenter.end(wall + 10_040)
  assert.deepEqual(stream.segments('audio'), ['0: 1.00', '1: 2.00', '2: 0.04'])
  assert.ok(stream.segmenter.find('audio')?.isEnded)
})

test('segmenter: sound that falls silent is a gap, and the picture goes on', () => {
  const stream = new Stream()
  stream.play(0, 2000)
  for (let time = 2000; time < 8040; time += 40) {
    stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
  }
  assert.deepEqual(stream.segments('video').slice(0, 3), ['0: 2.00', '1: 2.00', '2: 2.00'])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00 gap', '2: 2.00 gap'])
})

/** Pictures, and sound of 20 ms at the times that `sounds` says. */
function playWith(stream: Stream, to: number, sounds: (time: number) => boolean): void {
  for (let time = 0; time < to; time += 20) {
    if (time % 40 === 0) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
    if (sounds(time)) stream.push(audioFrame(time), [videoTrack, audioTrack])
  }
}

/** When each part begins and how long it is, in milliseconds since the beginning of the segment. */
function partsOf(stream: Stream, name: string, segment: number): string[] {
  const { parts = [], time = 0, timescale = 1 } = stream.segmenter.find(name)?.find(wall / 1000 + segment) ?? {}
  const ms = (ticks: number): number => Math.round((1000 * ticks) / timescale)
  return parts.map(({ end, duration }) => `${ms(end - duration - time)}+${ms(duration)}`)
}

test('segmenter: the last sound before a silence comes soon, and the silence belongs to its segment', () => {
  const stream = new Stream()
  playWith(stream, 2300, time => time < 200 || time >= 1600)
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 0.20 open'])
  assert.deepEqual(partsOf(stream, 'audio', 0), ['0+203', '1600+200', '1800+200'])
  const silent = new Stream()
  playWith(silent, 760, time => time < 220)
  assert.deepEqual(partsOf(silent, 'audio', 0), ['0+200', '200+23'])
})

test('segmenter: sound that comes again after a minute makes no segment that is longer than players were told', () => {
  const stream = new Stream(cmafForm, { segmentWindow: 120_000 })
  playWith(stream, 66_100, time => time < 3000 || time >= 63_000)
  const segments = stream.segments('audio')
  assert.deepEqual(segments.slice(0, 3), ['0: 2.00', '1: 2.00', '2: 2.00 gap'])
  assert.deepEqual(segments.slice(-3), ['30: 2.00 gap', '31: 2.00', '32: 2.00'])
  const audio = stream.segmenter.find('audio')
  assert.ok(audio !== undefined && audio.partTarget < 0.21)
  for (const segment of audio.segments) assert.ok(segment.seconds <= 2.1, `${segment.seconds}`)
})

test('segmenter: silence that is short lets a frame last, and players are told', () => {
  const stream = new Stream()
  playWith(stream, 4100, time => time % 400 === 0 || time < 2500)
  assert.deepEqual(stream.segments('audio').slice(0, 2), ['0: 2.00', '1: 2.00'])
  assert.equal(stream.segmenter.find('audio')?.partTarget, 0.4)
})

test('segmenter: sound that lags behind the pictures is not silent', () => {
  const stream = new Stream()
  for (let time = 0; time < 5000; time += 20) {
    if (time % 40 === 0) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
    if (time >= 700) stream.push(audioFrame(time - 700), [videoTrack, audioTrack])
  }
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.20 open'])
  assert.equal(partsOf(stream, 'audio', 1).length, 10)
})

test('segmenter: pictures that stay away are gaps, and the sound is cut without them', () => {
  const stream = new Stream()
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

test('segmenter: a track of which nothing comes is not there until it does', () => {
  const stream = new Stream()
  playWith(stream, 9000, time => time >= 5500)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 2.00', '3: 2.00', '4: 0.80 open'])
  assert.deepEqual(stream.segments('audio'), ['3: 2.00', '4: 0.80 open'])
})

test('segmenter: a pause that is longer than a segment may be begins a period', () => {
  const stream = new Stream()
  stream.play(0, 4000)
  stream.play(9000, 11_000)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
  const segments = stream.segmenter.find('video')?.segments ?? []
  assert.deepEqual(
    segments.map(({ isDiscontinuity }) => isDiscontinuity),
    [false, false, true],
  )
})

test('segmenter: pictures that come slower make longer parts from then on', () => {
  const stream = new Stream()
  stream.play(0, 2000)
  for (let time = 2000; time < 6100; time += 500) stream.push(videoFrame(time, time % 1000 === 0), [videoTrack])
  for (let time = 6500; time < 8100; time += 40) stream.push(videoFrame(time, false), [videoTrack])
  const video = stream.segmenter.find('video')
  assert.equal(video?.partTarget, 0.5)
  assert.deepEqual(partsOf(stream, 'video', 1), ['0+500', '500+500', '1000+500', '1500+500'])
  assert.deepEqual(partsOf(stream, 'video', 3).slice(1, 4), ['500+480', '980+480', '1460+480'])
})

test('segmenter: old segments are listed no more, then forgotten', () => {
  const stream = new Stream(cmafForm, { segmentWindow: 6000 })
  stream.play(0, 30_040)
  const video = stream.segmenter.find('video')
  const newest = video?.newest?.number ?? 0
  assert.equal(video?.segments.length, 4)
  assert.notEqual(video?.find(newest - 5), undefined)
  assert.equal(video?.find(newest - 8), undefined)
})

test('segmenter: picture and sound in one are cut and counted by the pictures', () => {
  const stream = new Stream(muxedForm)
  stream.play(0, 4040)
  const [segment] = stream.segmenter.find('muxed')?.segments ?? []
  assert.deepEqual(stream.segments('muxed'), ['0: 2.00', '1: 2.00'])
  assert.deepEqual([segment?.frames, segment?.parts.length, segment?.timescale], [50, 10, 90_000])
  const init = stream.segmenter.find('muxed')?.initOf(segment?.period.number ?? 0) ?? Buffer.alloc(0)
  const tracks = readMp4(Buffer.concat([init, segment?.bytes ?? Buffer.alloc(0)]))
  assert.deepEqual(
    tracks.map(({ codec, samples }) => [codec, samples.length]),
    [
      ['avc1.64001f', 50],
      ['mp4a.40.2', 99],
    ],
  )
})

test('segmenter: a transport stream has everything in one rendition', () => {
  const stream = new Stream(tsForm)
  stream.play(0, 4080)
  assert.deepEqual(stream.segments('ts'), ['0: 2.00', '1: 2.00'])
  for (const { bytes } of stream.segmenter.find('ts')?.segments ?? []) {
    assert.equal((bytes?.length ?? 1) % 188, 0)
    // The program association table comes first.
    assert.deepEqual(
      [...(bytes?.subarray(0, 3) ?? [])].map((byte, i) => (i === 1 ? byte & 0x1f : byte)),
      [0x47, 0, 0],
    )
  }
})

test('segmenter: the last frame of a transport stream lasts as long as the one before it', () => {
  const stream = new Stream(tsForm)
  for (let time = 0; time <= 2000; time += 20) stream.push(audioFrame(time), [audioTrack])
  stream.segmenter.end(wall + 2000)
  assert.deepEqual(stream.segments('ts'), ['0: 2.00', '1: 0.02'])
})

test('segmenter: hands on what is complete, and nothing of a gap', () => {
  const taken: SegmentFacts[] = []
  const add = (facts: SegmentFacts): void => void taken.push(facts)
  let isOver = false
  const stream = new Stream(cmafForm, {}, { newest: undefined, add, end: () => (isOver = true) })
  stream.play(0, 2000)
  for (let time = 2000; time < 6040; time += 40) {
    stream.push(videoFrame(time, time % 1000 === 0), [videoTrack, audioTrack])
  }
  const names = taken.map(({ rendition, number }) => `${rendition} ${number - wall / 1000}`)
  assert.deepEqual(names, ['video 0', 'audio 0', 'video 1', 'video 2'])
  const [first] = taken
  assert.deepEqual(
    { ...first, size: 0 },
    {
      ...{ rendition: 'video', number: wall / 1000, period: wall / 1000, timescale: 90_000 },
      ...{ time: 90 * wall, duration: 180_000, isIndependent: true, frames: 50, size: 0 },
    },
  )
  stream.segmenter.end(wall + 6040)
  assert.ok(isOver)
})

test('segmenter: goes on behind what was kept before, whatever the clock says', () => {
  const newest = { number: wall / 1000 + 7, period: wall / 1000 + 9, end: wall + 5000 }
  const stream = new Stream(cmafForm, {}, { newest, add: () => undefined, end: () => undefined })
  stream.play(0, 2040)
  const [segment] = stream.segmenter.find('video')?.segments ?? []
  assert.equal(segment?.number, newest.number + 1)
  assert.equal(segment?.period.number, newest.period + 1)
  assert.equal((segment?.time ?? 0) / 90, newest.end)
})

test('segmenter: what is kept is bounded in bytes, whatever the window, but for what a player needs', () => {
  const large = (segmentMemory: number): number[] => {
    const stream = new Stream(cmafForm, { segmentMemory })
    for (let time = 0; time < 60_000; time += 40) {
      stream.push(videoFrame(time, time % 1000 === 0, 10_000), [videoTrack])
    }
    const rendition = stream.segmenter.find('video')
    const { segments = [], kept = [] } = rendition ?? {}
    return [segments.length, kept.length]
  }
  assert.deepEqual(large(1e9), [12, 22])
  // A segment has half a megabyte.
  assert.deepEqual(large(4e6), [5, 9])
  assert.deepEqual(large(1000), [3, 3])
})
