import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { type Fragment, FragmentMuxer } from './fragment-muxer.ts'
import { mp4Track } from './mp4-track.ts'

function muxerOf(tracks: readonly Track[], origin = 0): FragmentMuxer {
  return new FragmentMuxer(
    tracks.map(track => mp4Track(track) ?? assert.fail()),
    origin,
  )
}

/** Decode times, durations and composition offsets of one track. */
function times(fragment: Fragment | undefined, trackId: number): unknown[] {
  const run = fragment?.runs.find(one => one.trackId === trackId)
  let time = Number(run?.decodeTime)
  return (run?.samples ?? []).map(({ duration, compositionOffset }) => {
    time += Number(duration)
    return [time - Number(duration), duration, compositionOffset]
  })
}

function muxAll(frames: readonly Frame[], origin = 0): Fragment | undefined {
  const tracks = [...new Set(frames.map(({ track }) => track))]
  const muxer = muxerOf(tracks, origin)
  for (const frame of frames) muxer.add(frame)
  return muxer.end()
}

/**
 * Pictures from 1000 on, with decode and presentation times, of a track with a composition delay.
 *
 * @param keys When key frames are decoded.
 */
function muxReordered(
  compositionDelay: number,
  told: readonly (readonly [dts: number, pts: number])[],
  keys: readonly number[],
): Fragment | undefined {
  const described = mp4Track(videoTrack) ?? assert.fail()
  const muxer = new FragmentMuxer([{ ...described, compositionDelay }], 1000)
  for (const [dts, pts] of told) muxer.add({ ...videoFrame(dts, keys.includes(dts)), pts })
  return muxer.end()
}

describe('fragments: of pictures', () => {
  test('last until the next one, and the last as long as the one before', () => {
    const fragment = muxAll([0, 33, 67, 100].map(dts => videoFrame(dts, dts === 0)))
    assert.deepEqual(times(fragment, 1), [
      [0, 2970, 0],
      [2970, 3060, 0],
      [6030, 2970, 0],
      [9000, 2970, 0],
    ])
  })

  test('a lone one lasts as the frame rate says, or as one of 25 per second', () => {
    const { frameRate: _, ...unknownRate } = videoTrack.video ?? assert.fail()
    const fast: Track = { ...videoTrack, video: { ...unknownRate, frameRate: 50 } }
    const unknown: Track = { ...videoTrack, video: unknownRate }
    assert.deepEqual(times(muxAll([videoFrame(5, true, 1, 0, fast)], 5), 1), [[0, 1800, 0]])
    assert.deepEqual(times(muxAll([videoFrame(5, true, 1, 0, unknown)], 5), 1), [[0, 3600, 0]])
  })

  test('keep the distance to sound, from one origin', () => {
    const fragment = muxAll([audioFrame(5000), videoFrame(5040, true), audioFrame(5023)], 5000)
    assert.deepEqual(times(fragment, 1), [[3600, 3600, 0]])
    assert.deepEqual(
      times(fragment, 2).map(time => (time as number[])[0]),
      [0, 1024],
    )
  })

  test('are shown when they are told to be, whatever their decode times are', () => {
    const told = [
      [0, 80],
      [40, 200],
      [80, 120],
      [120, 40],
      [160, 160],
    ] as const
    const fragment = muxAll(told.map(([dts, pts]) => ({ ...videoFrame(dts, dts === 0), pts })))
    const shown = times(fragment, 1).map(time => (time as number[])[0] ?? 0)
    const offsets = times(fragment, 1).map(time => (time as number[])[2] ?? 0)
    assert.deepEqual(
      shown.map((time, i) => (time + (offsets[i] ?? 0)) / 90),
      told.map(([, pts]) => pts),
    )
    assert.deepEqual(shown, [0, 3600, 7200, 7200, 14_400])
    assert.deepEqual(offsets, [7200, 14_400, 3600, -3600, 0])
  })

  test('are decoded later by the composition delay of the track, and presented as much later', () => {
    const told = [
      [1000, 1080],
      [1040, 1200],
      [1080, 1120],
      [1120, 1160],
    ] as const
    assert.deepEqual(times(muxReordered(7200, told, [1000]), 1), [
      [7200, 3600, 7200],
      [10_800, 3600, 14_400],
      [14_400, 3600, 3600],
      [18_000, 3600, 3600],
    ])
  })

  test('a key frame is decoded when it is seen, but for the composition delay, although milliseconds were rounded', () => {
    const told = [
      [1000, 1067],
      [1033, 1100],
      [1067, 1133],
      [1100, 1168],
    ] as const
    const placed = times(muxReordered(6000, told, [1000, 1067, 1100]), 1) as [number, number, number][]
    assert.deepEqual(
      placed.map(([time, , offset]) => [time, offset]),
      [
        [6030, 6000],
        [8970, 6030],
        [11_970, 6000],
        [15_000, 6120],
      ],
    )
  })

  test('are told nanoseconds more exactly than milliseconds', () => {
    const fragment = muxAll([videoFrame(0, true), { ...videoFrame(16, false), nanoOffset: 666_667 }])
    assert.deepEqual(times(fragment, 1), [
      [0, 1440, 0],
      [1440, 1440, 60],
    ])
  })
})

describe('fragments: of sound', () => {
  /** AAC at 44.1 kHz: 1024 samples are 23.22 ms. */
  const milliseconds = (frame: number): number => Math.floor((frame * 1024 * 1000) / 44_100)

  test('are placed sample behind sample, from whatever millisecond they start', () => {
    for (const start of [0, 5, 17]) {
      const frames = Array.from({ length: 500 }, (_, i) => audioFrame(milliseconds(i + start)))
      const origin = milliseconds(start)
      const expected = frames.map((_, i) => [i * 1024, 1024, 0])
      assert.deepEqual(times(muxAll(frames, origin), 2), expected)
    }
  })

  test('a gap is where it is told to be', () => {
    const frames = [0, 23, 46, 500, 523].map(dts => audioFrame(dts))
    assert.deepEqual(times(muxAll(frames), 2), [
      [0, 1024, 0],
      [1024, 1024, 0],
      [2048, 20_002, 0],
      [22_050, 1024, 0],
      [23_074, 1024, 0],
    ])
  })

  test('a clock that drifts is followed', () => {
    const frames = Array.from({ length: 3000 }, (_, i) => audioFrame(Math.round(i * 23.25)))
    const last = times(muxAll(frames), 2).at(-1) as number[]
    const told = (Math.round(2999 * 23.25) * 44_100) / 1000
    assert.ok(Math.abs((last[0] ?? 0) - told) <= 46, `${last[0]} for ${told}`)
  })

  test('frames that say nothing of themselves last until the next one', () => {
    const track: Track = {
      ...audioTrack,
      codec: 'opus',
      config: Buffer.from('4f7075734865616401023801 80bb0000 000000'.replaceAll(' ', ''), 'hex'),
    }
    // 0x03 promises a frame count that does not follow.
    const frames = [0, 20, 41].map(dts => ({ ...audioFrame(dts, 1, 3, track), track }))
    assert.deepEqual(times(muxAll(frames), 2), [
      [0, 960, 0],
      [960, 1008, 0],
      [1968, 1008, 0],
    ])
  })
})

test('fragments: a cut before a key frame begins a fragment with it', () => {
  const muxer = muxerOf([videoTrack])
  for (const frame of [videoFrame(0, true), videoFrame(40, false), videoFrame(80, true)]) muxer.add(frame)
  const before = muxer.cut()
  muxer.add(videoFrame(120, false))
  const after = muxer.end()
  assert.deepEqual(
    [before, after].map(fragment => times(fragment, 1).length),
    [2, 2],
  )
  assert.equal(after?.runs[0]?.samples[0]?.isSync, true)
  assert.equal(muxer.cut(), undefined)
})

test('fragments: a picture that has lasted too long can be left for the next fragment, and sound is not', () => {
  const muxer = muxerOf([videoTrack, audioTrack])
  for (const time of [0, 40, 80]) for (const frame of [videoFrame(time, time === 0), audioFrame(time)]) muxer.add(frame)
  muxer.add(videoFrame(180, true))
  const before = muxer.cutBeforeNewest(1)
  assert.equal(times(before, 2).length, 2)
  assert.deepEqual(times(before, 1), [
    [0, 3600, 0],
    [3600, 3600, 0],
  ])
  assert.deepEqual(times(muxer.cut(), 1), [[7200, 9000, 0]])
  muxer.add(videoFrame(220, false))
  assert.equal(muxer.cutBeforeNewest(1), undefined)
  assert.equal(times(muxer.cut(), 1).length, 1)
})

test('fragments: frames of a track that the initialisation segment does not tell of are left out', () => {
  const muxer = muxerOf([videoTrack])
  muxer.add(audioFrame(0))
  assert.equal(muxer.has(audioTrack), false)
  assert.equal(muxer.end(), undefined)
})

test('fragments: a pause of days is as long as 32 bits say, and what follows has its true time', () => {
  const muxer = muxerOf([videoTrack])
  for (const dts of [0, 100_000_000]) muxer.add(videoFrame(dts, true))
  assert.deepEqual(times(muxer.cut(), 1), [[0, 2 ** 32 - 1, 0]])
  assert.equal(muxer.end()?.runs[0]?.decodeTime, 9_000_000_000)
})

test('fragments: a picture that is shown years before or behind its decoding is shown as far off as 32 bits say', () => {
  const muxer = muxerOf([videoTrack])
  for (const [dts, pts] of [
    [0, 1e11],
    [40, -1e11],
  ] as const) {
    muxer.add({ ...videoFrame(dts, dts === 0), pts })
  }
  const offsets = muxer.end()?.runs[0]?.samples.map(({ compositionOffset }) => compositionOffset)
  assert.deepEqual(offsets, [2 ** 31 - 1, -(2 ** 31 - 1)])
})

test('fragments: whatever times frames tell, they are encoded', () => {
  const time = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 33))
  const step = fc.record({ by: time.map(Math.abs), pts: time, cuts: fc.boolean() })
  const steps = fc.array(step, { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 1000, 90_000, 10_000_000), (told, timescale) => {
      const track = { ...videoTrack, timescale }
      const muxer = muxerOf([track], 1_795_219_200_000)
      let dts = 0
      for (const { by, pts, cuts } of told) {
        dts = Math.min(Number.MAX_SAFE_INTEGER, dts + by)
        muxer.add({ ...videoFrame(dts, true, 1, 0, track), pts })
        if (cuts) muxer.cut()
      }
      muxer.end()
    }),
    { seed: 14496, numRuns: 500 },
  )
})

test('fragments: however they are cut, each begins where the one before ends', () => {
  const step = fc.record({
    by: fc.nat(3000),
    isKey: fc.boolean(),
    offset: fc.integer({ min: -200, max: 400 }),
    cut: fc.constantFrom('none', 'all', 'before newest'),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), fc.nat(1_000_000), (steps, start) => {
      const muxer = muxerOf([videoTrack], start)
      const fragments: (Fragment | undefined)[] = []
      const shown: number[] = []
      let dts = start
      for (const { by, isKey, offset, cut } of steps) {
        dts += by
        shown.push((dts + offset - start) * 90)
        muxer.add({ ...videoFrame(dts, isKey), pts: dts + offset })
        if (cut !== 'none') fragments.push(cut === 'all' ? muxer.cut() : muxer.cutBeforeNewest(1))
      }
      fragments.push(muxer.end())
      const all = fragments.flatMap(fragment => times(fragment, 1)) as [number, number, number][]
      assert.deepEqual(
        all.map(([time, , compositionOffset]) => time + compositionOffset),
        shown,
      )
      all.forEach(([time, duration], i) => assert.equal(time + duration, all[i + 1]?.[0] ?? time + duration))
    }),
    { seed: 14496, numRuns: 300 },
  )
})
