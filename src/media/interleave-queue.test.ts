import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import type { Frame } from './frame.ts'
import { InterleaveQueue } from './interleave-queue.ts'

function times(frames: readonly Frame[]): string[] {
  return frames.map(({ track, dts }) => `${track.kind[0]}${dts}`)
}

test('interleave: sound that comes ahead waits for the picture', () => {
  const queue = new InterleaveQueue(500)
  assert.deepEqual(times(queue.push(audioFrame(0))), [])
  assert.deepEqual(times(queue.push(audioFrame(23))), [])
  assert.deepEqual(times(queue.push(audioFrame(46))), [])
  assert.deepEqual(times(queue.push(videoFrame(0, true))), ['a0', 'v0'])
  assert.deepEqual(times(queue.push(videoFrame(40, false))), ['a23', 'v40'])
  assert.deepEqual(times(queue.flush()), ['a46'])
})

test('interleave: a stream with sound alone is late by the window and no more', () => {
  const queue = new InterleaveQueue(100)
  const out = [0, 50, 100, 150].map(time => times(queue.push(audioFrame(time))))
  assert.deepEqual(out, [[], [], ['a0'], ['a50']])
})

test('interleave: a late frame leaves at once, behind what has left already', () => {
  const queue = new InterleaveQueue(100)
  for (const time of [0, 40, 80, 120, 160]) queue.push(videoFrame(time, false))
  assert.deepEqual(times(queue.push(audioFrame(10))), ['a10'])
})

test('interleave: so many frames wait and no more, even where time stands still', () => {
  const queue = new InterleaveQueue(100)
  let left = 0
  for (let i = 0; i < 2000; i++) left += queue.push(videoFrame(7, false)).length
  assert.equal(left, 2000 - 512)
  assert.equal(queue.flush().length, 512)
})

test('interleave: every frame leaves once, and the frames of a track in their order', () => {
  const steps = fc.array(fc.record({ isVideo: fc.boolean(), step: fc.nat(80) }), { maxLength: 200 })
  fc.assert(
    fc.property(steps, list => {
      const queue = new InterleaveQueue(200)
      const newest = { video: 0, audio: 0 }
      const frames = list.map(({ isVideo, step }) => {
        if (isVideo) return videoFrame((newest.video += step), true)
        return audioFrame((newest.audio += step))
      })
      const out = [...frames.flatMap(frame => queue.push(frame)), ...queue.flush()]
      for (const kind of ['video', 'audio'] as const) {
        const isOfKind = ({ track }: Frame): boolean => track.kind === kind
        assert.deepEqual(out.filter(isOfKind), frames.filter(isOfKind))
      }
      assert.equal(out.length, frames.length)
    }),
    { seed: 20_261_121 },
  )
})
