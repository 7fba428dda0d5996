import assert from 'node:assert/strict'
import { test } from 'vitest'
import { clipStep, firstClip, withEnd } from './clip-range.ts'

const kept = { from: 100_000, to: 500_000 }

test('clip range: at first it is the half minute before what is seen', () => {
  assert.deepEqual(firstClip(kept, 300_000), { from: 270_000, to: 300_000 })
  assert.deepEqual(firstClip(kept, 110_000), { from: 100_000, to: 110_000 })
  assert.deepEqual(firstClip(kept, 100_000), { from: 100_000, to: 101_000 })
})

test('clip range: its ends stay within what is kept, and a second apart', () => {
  const clip = { from: 200_000, to: 230_000 }
  assert.deepEqual(withEnd(clip, 'from', 0, kept), { from: 100_000, to: 230_000 })
  assert.deepEqual(withEnd(clip, 'from', 400_000, kept), { from: 229_000, to: 230_000 })
  assert.deepEqual(withEnd(clip, 'to', 600_000, kept), { from: 200_000, to: 500_000 })
  assert.deepEqual(withEnd(clip, 'to', 150_000, kept), { from: 200_000, to: 201_000 })
})

test('clip range: keys move an end by a second or ten', () => {
  const steps = [
    ['ArrowLeft', false],
    ['ArrowUp', false],
    ['ArrowRight', true],
    ['PageDown', false],
    ['k', false],
  ] as const
  assert.deepEqual(
    steps.map(([key, shiftKey]) => clipStep({ key, shiftKey })),
    [-1000, 1000, 10_000, -10_000, undefined],
  )
})
