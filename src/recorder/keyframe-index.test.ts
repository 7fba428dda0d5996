import assert from 'node:assert/strict'
import { test } from 'vitest'
import { KeyframeIndex } from './keyframe-index.ts'

function indexOf(keyframes: number, capacity: number): number[] {
  const index = new KeyframeIndex(capacity)
  for (let i = 0; i < keyframes; i++) index.add({ time: i * 1000, position: i })
  return index.entries.map(({ position }) => position)
}

test('key frame index: keeps all while there is room', () => {
  assert.deepEqual(indexOf(7, 8), [0, 1, 2, 3, 4, 5, 6])
})

test('key frame index: a full one keeps every second, then every fourth, and always the first', () => {
  assert.deepEqual(indexOf(8, 8), [0, 2, 4, 6])
  assert.deepEqual(indexOf(14, 8), [0, 2, 4, 6, 8, 10, 12])
  assert.deepEqual(indexOf(15, 8), [0, 4, 8, 12])
  assert.deepEqual(indexOf(25, 8), [0, 4, 8, 12, 16, 20, 24])
})

test('key frame index: covers a long file evenly within its bound', () => {
  const positions = indexOf(100_000, 2048)
  assert.ok(positions.length >= 1024 && positions.length < 2048, `${positions.length} entries`)
  const distances = new Set(positions.slice(1).map((position, i) => position - (positions[i] ?? 0)))
  assert.equal(distances.size, 1)
  assert.ok((positions.at(-1) ?? 0) > 99_900)
})
