import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readMp4 } from '../../test/support/mp4-file.ts'
import { PlayedSegments, wall } from '../../test/support/played-segments.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { PeriodClock, SegmentFacts } from '../contracts/segments.ts'
import type { Track } from '../media/track.ts'
import { cmafForm, muxedForm, tsForm } from './stream-form.ts'

const bigger: Track = {
  ...videoTrack,
  generation: 1,
  config: Uint8Array.of(1, 0x64, 0, 0x20, 0xff, 0xe1, 0, 0, 1, 0, 0),
}

test('segmenter: cuts at the first key frame behind the duration, and at the same places in every rendition', () => {
  const stream = new PlayedSegments()
  stream.play(5000, 11_000, 25)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 1.80 open'])
})

test('segmenter: groups of pictures that are a little short by the clock are not joined by another', () => {
  const stream = new PlayedSegments()
  for (let at = 0; at < 7920; at += 990) stream.play(at, at + 990, 25)
  assert.deepEqual(stream.segments('video'), ['0: 1.98', '1: 1.98', '2: 1.98', '3: 1.79 open'])
  assert.equal(stream.segmenter.find('video')?.targetDuration, 2)
})

test('segmenter: where segments begin is said by the times of the media, not by when they come', () => {
  const { segmenter } = new PlayedSegments()
  for (let time = 0; time < 9000; time += 40) {
    const placed = { frame: videoFrame(time, time % 1000 === 0), time, isJoinPoint: time % 1000 === 0 }
    // All of three seconds at once, and later and later.
    const burst = Math.ceil((time + 1) / 3000) * 3700
    segmenter.push({ ...placed, tracks: [videoTrack], sequence: time / 40 }, wall + burst)
  }
  const seconds = segmenter.find('video')?.segments.map(segment => segment.isComplete && segment.seconds)
  assert.deepEqual(seconds, [2, 2, 2, 2, false])
})

/** What begins each segment by the clock of the media, in seconds since the first. */
function startsOf({ segmenter }: PlayedSegments): number[] {
  const segments = segmenter.find('video')?.segments ?? []
  return segments.map(({ time, timescale }) => Math.round((1000 * time) / timescale - wall) / 1000)
}

test('segmenter: a stream that has fallen behind the clock for good is told anew where it is, in the same generation', () => {
  const stream = new PlayedSegments(cmafForm, { longestLag: 1000 })
  stream.play(0, 4000)
  stream.late = 5000
  stream.play(4000, 12_000)
  assert.deepEqual(startsOf(stream), [0, 2, 4, 6, 12, 14, 16])
  const segments = stream.segmenter.find('video')?.segments ?? []
  const marks = segments.flatMap(({ isDiscontinuity, number }) => (isDiscontinuity ? [number - wall / 1000] : []))
  assert.deepEqual(marks, [4])
  assert.equal(new Set(segments.map(({ period }) => period.generation)).size, 1)
})

test('segmenter: a stream that is held up on its way, and catches up, goes on as it was', () => {
  const stream = new PlayedSegments(cmafForm, { longestLag: 1000 })
  for (let second = 0; second < 12; second++) {
    stream.late = Math.max(0, second < 4 ? 0 : 7000 - second * 1000)
    stream.play(second * 1000, second * 1000 + 1000)
  }
  assert.deepEqual(startsOf(stream), [0, 2, 4, 6, 8, 10])
})

test('segmenter: a group of pictures longer than a segment makes a longer segment', () => {
  const stream = new PlayedSegments()
  stream.play(0, 9000, 75)
  assert.deepEqual(stream.segments('video'), ['0: 3.00', '1: 3.00', '2: 2.80 open'])
})

test('segmenter: key frames are not waited for where there are no pictures', () => {
  const stream = new PlayedSegments()
  for (let time = 0; time < 5000; time += 20) stream.push(audioFrame(time), [audioTrack])
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.80 open'])
})

test('segmenter: parts are as long as they may be, and add up to their segment', () => {
  const stream = new PlayedSegments()
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
  const stream = new PlayedSegments()
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
  const stream = new PlayedSegments()
  stream.play(0, 2000, 50)
  stream.play(2000, 7000, 125)
  stream.play(7000, 11_040, 50)
  const video = stream.segmenter.find('video')
  assert.equal(video?.targetDuration, 2)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 2.40', '2: 2.40', '3: 2.20', '4: 2.00'])
})

test('segmenter: a group of pictures that is a little short makes a short segment, and none without a key frame', () => {
  const stream = new PlayedSegments()
  stream.play(0, 3960)
  stream.play(3960, 8000)
  const video = stream.segmenter.find('video')
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 1.96', '2: 2.00', '3: 2.00'])
  assert.ok(video?.isIndependent)
})

test('segmenter: behind a group of pictures that was cut off, as at a switch, no segment begins without a key frame', () => {
  const stream = new PlayedSegments()
  stream.play(0, 3500)
  stream.play(3500, 8000)
  assert.deepEqual(stream.segments('video'), ['0: 2.00', '1: 1.50', '2: 2.00', '3: 2.00', '4: 0.40 open'])
  assert.ok(stream.segmenter.find('video')?.isIndependent)
})

test('segmenter: a track that is gone is a gap until it comes again', () => {
  const stream = new PlayedSegments()
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
  const stream = new PlayedSegments()
  stream.play(0, 5000, 125, unknown)
  assert.deepEqual(stream.segments('audio'), ['0: 2.00', '1: 2.00', '2: 0.80 open'])
})

test('segmenter: the time of parts is told once, with what frames of their size can be', () => {
  const stream = new PlayedSegments()
  for (let i = 0; i < 100; i++) stream.push(videoFrame(Math.round((i * 1000) / 24), i % 24 === 0), [videoTrack])
  assert.equal(stream.segmenter.find('video')?.partTarget, 0.167)
  const even = new PlayedSegments()
  even.play(0, 4000)
  assert.equal(even.segmenter.find('video')?.partTarget, 0.201)
})

test('segmenter: a picture that lasts longer than those before it makes no part longer than players were told', () => {
  const stream = new PlayedSegments()
  stream.play(0, 2000)
  // The fifth picture of a part rests for 65 ms, as where a file begins anew behind the end of its sound.
  stream.play(2000, 2200)
  stream.play(2225, 4225)
  stream.play(4225, 4600)
  const video = stream.segmenter.find('video')
  assert.equal(video?.partTarget, 0.201)
  const parts = video.segments[1]?.parts.map(({ duration }) => duration / 90) ?? []
  assert.deepEqual(parts.slice(0, 3), [160, 185, 200])
  assert.deepEqual(stream.segments('video').slice(0, 2), ['0: 2.00', '1: 2.23'])
})

test('segmenter: without parts a segment is one fragment', () => {
  const stream = new PlayedSegments(cmafForm, { partDuration: 0 })
  stream.play(0, 4080)
  const counts = stream.segmenter.find('video')?.segments.map(({ parts }) => parts.length)
  assert.deepEqual(counts, [1, 1])
})

test('segmenter: media times count from the Unix epoch', () => {
  const stream = new PlayedSegments()
  stream.play(123_456, 126_000)
  const [segment] = stream.segmenter.find('video')?.segments ?? []
  assert.equal((segment?.time ?? 0) / 90_000, wall / 1000)
})

test('segmenter: another configuration begins a period at its key frame', () => {
  const stream = new PlayedSegments()
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
  const stream = new PlayedSegments()
  stream.play(0, 3000)
  stream.play(3000, 4000, 25, bigger)
  const discontinuities = stream.segmenter.find('video')?.segments.map(({ period }) => period.discontinuity)
  const hours = (wall - Date.UTC(2026, 0, 1)) / 3_600_000
  assert.deepEqual(discontinuities, [hours, hours, hours + 1])
})

test('segmenter: a generation that changes nothing for players begins nothing', () => {
  const stream = new PlayedSegments()
  stream.play(0, 2000)
  stream.play(2000, 4040, 25, { ...videoTrack, generation: 1 })
  assert.equal(new Set(stream.segmenter.find('video')?.segments.map(({ period }) => period)).size, 1)
})

test('segmenter: frames that were dropped begin a period at the next key frame', () => {
  const stream = new PlayedSegments()
  stream.play(0, 1000)
  stream.push(videoFrame(1500, false), [videoTrack, audioTrack], 30)
  stream.play(2000, 4040)
  assert.deepEqual(stream.segments('video'), ['0: 1.00', '1: 2.00'])
})

test('segmenter: a publisher that comes back goes on in a new period', () => {
  const stream = new PlayedSegments()
  stream.play(0, 1000)
  stream.segmenter.leave(wall + 1000)
  stream.play(8000, 10_040)
  assert.deepEqual(stream.segments('audio'), ['0: 1.00', '1: 2.00'])
  stream.segmenter.end(wall + 10_040)
  assert.deepEqual(stream.segments('audio'), ['0: 1.00', '1: 2.00', '2: 0.04'])
  assert.ok(stream.segmenter.find('audio')?.isEnded)
})

test('segmenter: old segments are listed no more, then forgotten', () => {
  const stream = new PlayedSegments(cmafForm, { segmentWindow: 6000 })
  stream.play(0, 30_040)
  const video = stream.segmenter.find('video')
  const newest = video?.newest?.number ?? 0
  assert.equal(video?.segments.length, 4)
  assert.notEqual(video?.find(newest - 5), undefined)
  assert.equal(video?.find(newest - 8), undefined)
})

test('segmenter: picture and sound in one are cut and counted by the pictures', () => {
  const stream = new PlayedSegments(muxedForm)
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
  const stream = new PlayedSegments(tsForm)
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
  const stream = new PlayedSegments(tsForm)
  for (let time = 0; time <= 2000; time += 20) stream.push(audioFrame(time), [audioTrack])
  stream.segmenter.end(wall + 2000)
  assert.deepEqual(stream.segments('ts'), ['0: 2.00', '1: 0.02'])
})

test('segmenter: hands on what is complete, and nothing of a gap', () => {
  const taken: SegmentFacts[] = []
  const add = (facts: SegmentFacts): void => void taken.push(facts)
  let isOver = false
  const stream = new PlayedSegments(
    cmafForm,
    {},
    { newest: undefined, beginPeriod: () => undefined, add, end: () => (isOver = true) },
  )
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

test('segmenter: says how the times of each period count', () => {
  const clocks: PeriodClock[] = []
  const nothing = (): void => undefined
  const intake = {
    newest: undefined,
    add: nothing,
    end: nothing,
    beginPeriod: (clock: PeriodClock) => clocks.push(clock),
  }
  const stream = new PlayedSegments(cmafForm, {}, intake)
  stream.play(7000, 8000)
  const { number, start } = stream.segmenter.period ?? assert.fail('no period')
  assert.deepEqual(clocks, [{ period: number, origin: 7000 - start }])
})

test('segmenter: another who takes what is complete gets it from the next key frame on, in a period of its own', () => {
  const taken: Record<'first' | 'second', number[]> = { first: [], second: [] }
  const periods: number[] = []
  let ended = 0
  const intakeOf = (name: keyof typeof taken) => ({
    newest: undefined,
    beginPeriod: ({ period }: PeriodClock) => void periods.push(period),
    add: ({ rendition, number }: SegmentFacts) =>
      void (rendition === 'video' && taken[name].push(number - wall / 1000)),
    end: () => void ended++,
  })
  const stream = new PlayedSegments(cmafForm, {})
  stream.play(0, 5000)
  stream.segmenter.handTo(() => intakeOf('first'))
  stream.play(5000, 9500)
  stream.segmenter.handTo(() => intakeOf('second'))
  stream.play(9500, 12_000)
  stream.segmenter.handTo(() => undefined)
  stream.play(12_000, 15_000)
  const numbers = stream.segmenter.find('video')?.segments.map(({ number }) => number - wall / 1000) ?? []
  assert.deepEqual(numbers, [...numbers.keys()])
  const halves = startsOf(stream).map(seconds => Math.floor(2 * seconds) / 2)
  assert.deepEqual(halves, [0, 2, 4, 5, 7, 9, 9.5, 11.5, 12, 14])
  assert.deepEqual(taken, { first: [3, 4, 5], second: [6, 7] })
  assert.equal(new Set(periods).size, 2)
  assert.equal(ended, 2)
})

test('segmenter: goes on behind what was kept before, whatever the clock says', () => {
  const newest = { number: wall / 1000 + 7, period: wall / 1000 + 9, end: wall + 5000 }
  const stream = new PlayedSegments(
    cmafForm,
    {},
    { newest, beginPeriod: () => undefined, add: () => undefined, end: () => undefined },
  )
  stream.play(0, 2040)
  const [segment] = stream.segmenter.find('video')?.segments ?? []
  assert.equal(segment?.number, newest.number + 1)
  assert.equal(segment?.period.number, newest.period + 1)
  assert.equal((segment?.time ?? 0) / 90, newest.end)
})

test('segmenter: what is kept is bounded in bytes, whatever the window, but for what a player needs', () => {
  const large = (segmentMemory: number): number[] => {
    const stream = new PlayedSegments(cmafForm, { segmentMemory })
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
