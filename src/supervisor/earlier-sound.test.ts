import assert from 'node:assert/strict'
import { test } from 'vitest'
import { audioFrame } from '../../test/support/sample-frames.ts'
import { EarlierSound } from './earlier-sound.ts'

function timesOf(sound: EarlierSound): readonly number[] {
  return sound.frames.map(({ dts }) => dts)
}

test('earlier sound: the last second before the newest key frame is kept, and nothing that comes behind it', () => {
  const sound = new EarlierSound()
  for (let time = 0; time <= 3000; time += 250) sound.add(audioFrame(time))
  assert.deepEqual(timesOf(sound), [])
  sound.keep()
  sound.add(audioFrame(3250))
  assert.deepEqual(timesOf(sound), [2000, 2250, 2500, 2750, 3000])
  sound.keep()
  assert.deepEqual(timesOf(sound), [2250, 2500, 2750, 3000, 3250])
})

test('earlier sound: of one that stands still, or is large, less is kept', () => {
  const standing = new EarlierSound()
  for (let count = 0; count < 600; count++) standing.add(audioFrame(7))
  standing.keep()
  assert.equal(standing.frames.length, 512)
  const large = new EarlierSound()
  for (let count = 0; count < 9; count++) large.add(audioFrame(count, 256 * 1024))
  large.keep()
  assert.deepEqual(timesOf(large), [5, 6, 7, 8])
})

test('earlier sound: of an input that begins anew nothing is left', () => {
  const sound = new EarlierSound()
  sound.add(audioFrame(0))
  sound.keep()
  sound.clear()
  assert.deepEqual(timesOf(sound), [])
  sound.keep()
  assert.deepEqual(timesOf(sound), [])
})
