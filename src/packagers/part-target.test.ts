import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PartTarget } from './part-target.ts'

/** What is told when the longest part that may be listed is so long, after a first segment with the longest of `first`. */
function told(first: number, ...longest: number[]): number[] {
  const target = new PartTarget(201)
  target.settle(first)
  return longest.map(seconds => target.of(seconds))
}

test('part target: the first segment says how long parts are', () => {
  assert.deepEqual(told(0.2, 0.2, 0.1), [0.201, 0.201])
})

test('part target: frames of which the limit is no multiple make shorter parts', () => {
  assert.deepEqual(told(4 / 24, 4 / 24, 0.1), [0.167, 0.167])
})

test('part target: a part that is longer than usual is told as long as it may be listed', () => {
  assert.deepEqual(told(0.16, 0.18, 1.5, 0.16), [0.201, 1.5, 0.16])
})

test('part target: frames that are longer than the limit have one part each', () => {
  assert.deepEqual(told(0.5, 0.5, 0.04), [0.5, 0.5])
})

test('part target: nothing is said by a segment without parts', () => {
  const target = new PartTarget(201)
  target.settle(0)
  assert.equal(target.of(0.167), 0.167)
  target.settle(0.2)
  assert.equal(target.of(0.167), 0.201)
})
