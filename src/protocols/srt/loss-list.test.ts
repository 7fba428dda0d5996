import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { LossList } from './loss-list.ts'
import { addSequence } from './sequence-number.ts'

/** Numbers around the end of the circle. */
const base = 0x7fff_ffe0
const size = 64

test('loss list: does what a set of numbers does, in fewer ranges', () => {
  const number = fc.nat(size - 1)
  const step = fc.oneof(
    fc.record({ does: fc.constant('add' as const), at: number, length: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ does: fc.constant('remove' as const), at: number }),
    fc.record({ does: fc.constant('removeRange' as const), at: number, length: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ does: fc.constant('removeBefore' as const), at: number }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const list = new LossList()
      let model = new Set<number>()
      for (const action of steps) {
        const first = addSequence(base, action.at)
        if (action.does === 'add') {
          list.add({ first, last: addSequence(first, action.length - 1) })
          for (let i = 0; i < action.length; i++) model.add(action.at + i)
        } else if (action.does === 'remove') {
          assert.equal(list.remove(first), model.delete(action.at))
        } else if (action.does === 'removeRange') {
          list.removeRange({ first, last: addSequence(first, action.length - 1) })
          for (let i = 0; i < action.length; i++) model.delete(action.at + i)
        } else {
          list.removeBefore(first)
          model = new Set([...model].filter(value => value >= action.at))
        }
      }
      assert.deepEqual(list.ranges, rangesOf(model))
      for (const [from, to] of [
        [0, size + 12],
        [10, 30],
        [30, 31],
        [30, 10],
      ] as const) {
        const part = [...model].filter(value => value >= from && value < to)
        assert.deepEqual(list.between(addSequence(base, from), addSequence(base, to)), rangesOf(new Set(part)))
      }
      assert.equal(list.isEmpty, model.size === 0)
      assert.equal(list.first, model.size === 0 ? undefined : addSequence(base, Math.min(...model)))
    }),
    { seed: 43, numRuns: 1000 },
  )
})

function rangesOf(numbers: ReadonlySet<number>): { first: number; last: number }[] {
  const starts = [...numbers].filter(value => !numbers.has(value - 1)).sort((a, b) => a - b)
  return starts.map(start => {
    let end = start
    while (numbers.has(end + 1)) end++
    return { first: addSequence(base, start), last: addSequence(base, end) }
  })
}
