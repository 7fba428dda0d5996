import assert from 'node:assert/strict'
import { test } from 'vitest'
import { nextMergeWindow } from './merge-window.ts'

const options = { shortest: 0, longest: 350 }

/** Windows after each of `loads`, from `start` on. */
function follow(start: number, loads: readonly number[]): number[] {
  let window = start
  return loads.map(load => (window = nextMergeWindow(window, load, options)))
}

test('merge window: an idle machine merges nothing', () => {
  assert.deepEqual(follow(0, [0, 0.3, 0.5]), [0, 0, 0])
})

test('merge window: load widens it up to the latency bound', () => {
  const windows = follow(0, Array(20).fill(0.95))
  assert.equal(windows[0], 10)
  assert.equal(windows.at(-1), 350)
  assert.ok(windows.every((window, i) => i === 0 || window >= (windows[i - 1] ?? 0)))
})

test('merge window: relief narrows it back to the shortest', () => {
  const windows = follow(350, Array(40).fill(0.2))
  assert.equal(windows.at(-1), 0)
  assert.ok((windows[0] ?? 0) < 350)
})

test('merge window: between the two marks it rests', () => {
  assert.deepEqual(follow(120, [0.6, 0.7]), [120, 120])
})

test('merge window: shortest equal to longest is a fixed window', () => {
  for (const load of [0, 0.6, 1]) {
    assert.equal(nextMergeWindow(350, load, { shortest: 350, longest: 350 }), 350)
  }
})
