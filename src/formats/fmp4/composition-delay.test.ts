import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Frame } from '../../media/frame.ts'
import type { Track } from '../../media/track.ts'
import { compositionDelayOf } from './composition-delay.ts'

function delayOf(offset: number, facts: { readonly frameRate?: number }, timescale = 1000): number {
  const { frameRate: _, ...video } = videoTrack.video ?? assert.fail()
  const track: Track = { ...videoTrack, timescale, video: { ...video, ...facts } }
  const frame: Frame = { ...videoFrame(500, true, 1, 0, track), pts: 500 + offset }
  return compositionDelayOf(frame, 90_000)
}

test('composition delay: is how much later the picture is presented', () => {
  assert.equal(delayOf(80, {}), 7200)
  assert.equal(delayOf(7207, {}, 90_000), 7207)
  assert.equal(delayOf(0, {}), 0)
})

test('composition delay: is as many frames, where milliseconds were rounded', () => {
  assert.deepEqual(
    [66, 67].map(offset => delayOf(offset, { frameRate: 30 })),
    [6000, 6000],
  )
  assert.deepEqual(
    [83, 84].map(offset => delayOf(offset, { frameRate: 24_000 / 1001 })),
    [7507, 7507],
  )
  assert.equal(delayOf(70, { frameRate: 30 }), 6300)
})

test('composition delay: is as many frames of a usual rate, where none is told', () => {
  const pairs = [
    [16, 17, 1500],
    [33, 34, 3000],
    [41, 42, 3750],
    [66, 67, 6000],
    [83, 84, 7500],
  ] as const
  for (const [least, most, meant] of pairs) {
    assert.deepEqual([delayOf(least, {}), delayOf(most, {})], [meant, meant])
  }
})

test('composition delay: is taken as it is told, as far as that was not rounded', () => {
  assert.equal(delayOf(6006, { frameRate: 30 }, 90_000), 6006)
  assert.equal(delayOf(7507, {}, 90_000), 7507)
  assert.equal(delayOf(7507, { frameRate: 24_000 / 1001 }, 90_000), delayOf(7508, { frameRate: 24_000 / 1001 }, 90_000))
})

test('composition delay: sound, and a picture that is told to be decoded too late, have none', () => {
  assert.equal(compositionDelayOf({ ...audioFrame(500), pts: 580 }, 90_000), 0)
  assert.equal(delayOf(-40, { frameRate: 25 }), 0)
})
