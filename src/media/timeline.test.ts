import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { keptTimes, repairedTimes, Timeline } from './timeline.ts'

const video = 0
const audio = 1

/** Place `[track, timestamp]` pairs and give the media times. */
const place = (timeline: Timeline, frames: readonly (readonly [number, number])[]): number[] =>
  frames.map(([track, timestamp]) => timeline.place(track, timestamp))

test('timeline: the first run is taken as it is', () => {
  const timeline = new Timeline()
  assert.deepEqual(
    place(timeline, [
      [video, 5000],
      [audio, 4990],
      [video, 5040],
    ]),
    [5000, 4990, 5040],
  )
  assert.equal(timeline.newest, 5040)
  assert.equal(timeline.jumps, 0)
})

test('timeline: timestamps go past 2^32 without a wrap', () => {
  const timeline = new Timeline()
  const times = place(timeline, [
    [video, 2 ** 32 - 10],
    [video, 30],
    [audio, 2 ** 32 - 5],
    [audio, 18],
  ])
  assert.deepEqual(times, [2 ** 32 - 10, 2 ** 32 + 30, 2 ** 32 - 5, 2 ** 32 + 18])
  assert.equal(timeline.jumps, 0)
})

test('timeline: a hundred days', () => {
  const step = 8_000_000
  const timeline = new Timeline({ forward: step, backward: 1000 })
  for (let time = 0; time < 8_640_000_000; time += step) assert.equal(timeline.place(video, time % 2 ** 32), time)
})

test('timeline: time never goes back within a track, tracks may lag behind each other', () => {
  const timeline = new Timeline()
  const times = place(timeline, [
    [video, 1000],
    [video, 980],
    [audio, 700],
    [video, 1010],
    [audio, 690],
    [audio, 723],
  ])
  assert.deepEqual(times, [1000, 1000, 700, 1010, 700, 723])
})

test('timeline: a track that lags by more than the backward limit has not jumped', () => {
  const timeline = new Timeline()
  const times = place(timeline, [
    [video, 4000],
    [audio, 1500],
    [video, 4040],
    [audio, 1523],
    [video, 4080],
  ])
  assert.deepEqual(times, [4000, 1500, 4040, 1523, 4080])
  assert.equal(timeline.jumps, 0)
})

/** The encoder's clock moves by `shift` at 10 s; sound is told 3 pictures early. */
const jumpBy = (shift: number): (readonly [number, number])[] => [
  [video, 9960],
  [audio, 9980],
  [video, 10_000],
  [audio, 10_003 + shift],
  [video, 10_040], // still the old clock
  [audio, 10_026 + shift],
  [video, 10_080],
  [video, 10_120 + shift],
  [audio, 10_130 + shift],
  [video, 10_160 + shift],
]

for (const shift of [-9000, -1100, 11_000, 10_020, 3_000_000_000]) {
  test(`timeline: a jump by ${shift} ms that sound and picture take apart is one jump`, () => {
    const timeline = new Timeline()
    const frames = jumpBy(shift).map(([track, time]) => [track, time % 2 ** 32] as const)
    const times = place(timeline, frames)
    // The first frame behind the jump has the time 10 001, so the new clock is told 2 ms early.
    assert.deepEqual(times, [9960, 9980, 10_000, 10_001, 10_040, 10_024, 10_080, 10_118, 10_128, 10_158])
    assert.equal(timeline.jumps, 1)
  })
}

test('timeline: a jump of both tracks at once is one jump, and sound stays with the picture', () => {
  const timeline = new Timeline()
  place(timeline, [
    [video, 60_000],
    [audio, 60_010],
  ])
  assert.deepEqual(
    place(timeline, [
      [video, 0],
      [audio, 12],
      [video, 40],
      [audio, 35],
    ]),
    [60_011, 60_023, 60_051, 60_046],
  )
  assert.equal(timeline.jumps, 1)
})

test('timeline: clocks that never had anything in common are kept, at one jump', () => {
  const timeline = new Timeline()
  const times = place(timeline, [
    [audio, 0],
    [video, 5_000_000],
    [audio, 23],
    [video, 5_000_040],
    [audio, 46],
  ])
  assert.deepEqual(times, [0, 1, 23, 41, 46])
  assert.equal(timeline.jumps, 1)
})

test('timeline: one stray timestamp leaves sound and picture together', () => {
  const timeline = new Timeline()
  place(timeline, [
    [video, 50_000],
    [audio, 50_005],
  ])
  const stray = timeline.place(video, 0)
  assert.equal(stray, 50_006)
  assert.deepEqual(
    place(timeline, [
      [audio, 50_028],
      [video, 50_080],
      [audio, 50_051],
    ]),
    [50_028, 50_080, 50_051],
  )
  assert.equal(timeline.jumps, 1)
})

test('timeline: limits are options', () => {
  const timeline = new Timeline({ forward: 100, backward: 10 })
  assert.deepEqual(
    place(timeline, [
      [video, 0],
      [video, 100],
      [video, 201],
      [video, 180],
    ]),
    [0, 100, 101, 102],
  )
  assert.equal(timeline.jumps, 2)
})

describe('timeline: a publisher that comes back', () => {
  test('continues just behind the time that it is told', () => {
    const timeline = new Timeline()
    timeline.continueAfter(89_999)
    // Sound that was ahead of the first picture cannot begin before the stream's newest time.
    assert.deepEqual(
      place(timeline, [
        [video, 40],
        [audio, 0],
        [audio, 23],
        [audio, 46],
        [video, 80],
      ]),
      [90_000, 90_000, 90_000, 90_006, 90_040],
    )
    assert.equal(timeline.jumps, 0)
  })

  test('may do so again and again', () => {
    const timeline = new Timeline()
    timeline.place(video, 777)
    timeline.continueAfter(999)
    assert.equal(timeline.place(video, 3_000_000_000), 1000)
    timeline.continueAfter(1999)
    assert.equal(timeline.place(video, 5), 2000)
    assert.equal(timeline.jumps, 0)
  })
})

describe('timeline: messages that tell nothing about the clock', () => {
  test('begin with the stream', () => {
    const timeline = new Timeline()
    assert.equal(timeline.placeAside(4_000_000_000), 0)
    timeline.continueAfter(499)
    assert.equal(timeline.placeAside(4_000_000_000), 500)
  })

  test('keep a timestamp that is close, else go with the newest frame, and never go back', () => {
    const timeline = new Timeline()
    timeline.place(video, 20_000)
    assert.equal(timeline.placeAside(19_980), 19_980)
    assert.equal(timeline.placeAside(0), 20_000)
    assert.equal(timeline.placeAside(19_990), 20_000)
    timeline.place(video, 20_040)
    assert.equal(timeline.placeAside(20_045), 20_045)
    assert.equal(timeline.jumps, 0)
  })
})

test('timeline: whatever the timestamps are, no track goes back and all times are safe integers', () => {
  const frame = fc.tuple(fc.nat(4), fc.oneof(fc.nat(2000), fc.nat(30_000), fc.nat(0xffffffff)))
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 60 }), frames => {
      const timeline = new Timeline()
      const last: number[] = []
      for (const [track, timestamp] of frames) {
        const time = timeline.place(track, timestamp)
        assert.ok(Number.isSafeInteger(time) && time >= (last[track] ?? 0))
        last[track] = time
      }
    }),
    { seed: 32, numRuns: 1000 },
  )
})

test('timeline: a well-behaved publisher, from any start, is moved by one constant', () => {
  const steps = fc.array(fc.tuple(fc.nat(1), fc.nat(60)), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(fc.nat(0xffffffff), steps, (start, moves) => {
      const timeline = new Timeline()
      let time = start
      for (const [track, step] of moves) {
        time += step
        assert.equal(
          timeline.place(track, time % 2 ** 32) - time,
          start + (moves[0]?.[1] ?? 0) >= 2 ** 32 ? -(2 ** 32) : 0,
        )
      }
      assert.equal(timeline.jumps, 0)
    }),
    { seed: 33, numRuns: 500 },
  )
})

describe('timeline: kept times', () => {
  test('a gap of any length stays', () => {
    const timeline = new Timeline(keptTimes)
    const times = place(timeline, [
      [video, 5000],
      [video, 3_600_000],
      [audio, 3_600_010],
    ])
    assert.deepEqual(times, [5000, 3_600_000, 3_600_010])
    assert.equal(timeline.jumps, 0)
  })

  test('a clock that starts anew is a jump all the same: no reader could follow', () => {
    const timeline = new Timeline(keptTimes)
    const times = place(timeline, [
      [video, 50_000],
      [video, 0],
      [video, 40],
    ])
    assert.deepEqual(times, [50_000, 50_001, 50_041])
  })

  test('a publisher that comes back goes on at its own time, also past 2^32', () => {
    const timeline = new Timeline(keptTimes)
    timeline.continueAfter(2 ** 32 + 999)
    assert.deepEqual(
      place(timeline, [
        [video, 61_000],
        [audio, 60_990],
      ]),
      [2 ** 32 + 61_000, 2 ** 32 + 60_990],
    )
  })

  test('a publisher that comes back with an earlier time continues the stream', () => {
    const timeline = new Timeline(keptTimes)
    timeline.continueAfter(89_999)
    assert.deepEqual(
      place(timeline, [
        [video, 0],
        [video, 40],
      ]),
      [90_000, 90_040],
    )
  })

  test('may be asked for while the publisher sends', () => {
    const timeline = new Timeline()
    place(timeline, [[video, 0]])
    timeline.limits = keptTimes
    assert.deepEqual(place(timeline, [[video, 60_000]]), [60_000])
  })
})

test('timeline: counts in the ticks of its clock and goes round where that does', () => {
  const timeline = new Timeline(repairedTimes, { timescale: 90_000, modulus: 2 ** 33 })
  const last = 2 ** 33 - 3600
  assert.deepEqual(
    [last, 0, 3600].map(timestamp => timeline.place(0, timestamp)),
    [last, 2 ** 33, 2 ** 33 + 3600],
  )
  assert.equal(timeline.place(0, 3600 + 10_001 * 90), 2 ** 33 + 3600 + 90)
  assert.equal(timeline.jumps, 1)
})
