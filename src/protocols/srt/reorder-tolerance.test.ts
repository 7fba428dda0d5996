import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ReorderTolerance } from './reorder-tolerance.ts'

function times(count: number, action: () => void): void {
  for (let i = 0; i < count; i++) action()
}

test('reorder tolerance: grows to what is seen, and not beyond its limit', () => {
  const tolerance = new ReorderTolerance(10)
  assert.equal(tolerance.packets, 0)
  tolerance.noteOvertaken(4)
  assert.equal(tolerance.packets, 4)
  tolerance.noteOvertaken(2)
  assert.equal(tolerance.packets, 4)
  tolerance.noteOvertaken(40)
  assert.equal(tolerance.packets, 10)
  assert.equal(tolerance.distance, 40)
})

test('reorder tolerance: falls by one with each 50 packets in order', () => {
  const tolerance = new ReorderTolerance(10)
  tolerance.noteOvertaken(3)
  times(49, () => tolerance.noteOrdered())
  assert.equal(tolerance.packets, 3)
  tolerance.noteOrdered()
  assert.equal(tolerance.packets, 2)
  times(49, () => tolerance.noteOrdered())
  tolerance.noteOvertaken(1)
  times(49, () => tolerance.noteOrdered())
  assert.equal(tolerance.packets, 2)
  times(500, () => tolerance.noteOrdered())
  assert.equal(tolerance.packets, 0)
})

test('reorder tolerance: falls by one when ten packets came much earlier than it waits for', () => {
  const tolerance = new ReorderTolerance(20)
  tolerance.noteOvertaken(8)
  times(9, () => tolerance.noteOvertaken(5))
  assert.equal(tolerance.packets, 8)
  tolerance.noteOvertaken(5)
  assert.equal(tolerance.packets, 7)
  times(100, () => tolerance.noteOvertaken(5))
  assert.equal(tolerance.packets, 7)
})

test('reorder tolerance: with the limit 0 every gap is a loss', () => {
  const tolerance = new ReorderTolerance(0)
  tolerance.noteOvertaken(5)
  assert.equal(tolerance.packets, 0)
  assert.equal(tolerance.distance, 5)
})
