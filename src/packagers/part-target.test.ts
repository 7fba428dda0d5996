import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PartTarget } from './part-target.ts'

/** What is told after each part; a segment is complete where there is a line. */
function told(limit: number, ...parts: (number | '|')[]): number[] {
  const target = new PartTarget(limit)
  return parts.map(part => {
    if (part === '|') target.settle()
    else target.note(part)
    return target.seconds
  })
}

test('part target: the first segment says how long parts are', () => {
  assert.deepEqual(told(201, 0.2, 0.2, '|', 0.1, 0.2, '|'), [0.201, 0.201, 0.201, 0.201, 0.201, 0.201])
})

test('part target: frames of which the limit is no multiple make shorter parts', () => {
  assert.deepEqual(told(201, 4 / 24, '|', 4 / 24, '|'), [0.167, 0.167, 0.167, 0.167])
})

test('part target: a part that is longer than was told makes it the limit, one above that its own length', () => {
  assert.deepEqual(told(201, 0.16, '|', 0.18, 0.2, 1.5, 0.1, '|'), [0.16, 0.16, 0.201, 0.201, 1.5, 1.5, 1.5])
})

test('part target: frames that are longer than the limit have one part each', () => {
  assert.deepEqual(told(201, 0.5, '|', 0.5), [0.5, 0.5, 0.5])
})

test('part target: nothing is said by a segment without parts', () => {
  assert.deepEqual(told(201, '|', 0.2, '|'), [0, 0.201, 0.201])
})
