import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { HookProgress } from './hook-progress.ts'

test('hook progress: it is as far as everything before is done with', () => {
  const progress = new HookProgress({ position: 10, done: [] })
  for (const position of [10, 20, 30]) assert.ok(progress.take(position))
  progress.readTo(40)
  assert.deepEqual(progress.saved, { position: 10, done: [] })
  progress.done(20)
  assert.deepEqual(progress.saved, { position: 10, done: [20] })
  progress.done(10)
  assert.deepEqual(progress.saved, { position: 30, done: [] })
  progress.done(30)
  assert.deepEqual(progress.saved, { position: 40, done: [] })
})

test('hook progress: what was done out of turn is not taken again, by the next run or after a rewind', () => {
  const progress = new HookProgress({ position: 10, done: [20] })
  assert.deepEqual(
    [10, 20, 30].map(position => progress.take(position)),
    [true, false, true],
  )
  progress.readTo(40)
  progress.done(30)
  progress.rewind()
  assert.equal(progress.next, 10)
  assert.deepEqual(
    [10, 20, 30].map(position => progress.take(position)),
    [true, false, false],
  )
  progress.done(10)
  progress.readTo(40)
  assert.deepEqual(progress.saved, { position: 40, done: [] })
})

test('hook progress: in whatever order events are done with and runs end, each is done once', () => {
  const steps = fc.array(fc.oneof(fc.record({ done: fc.nat(20) }), fc.constant('restart' as const)), { maxLength: 60 })
  fc.assert(
    fc.property(steps, all => {
      const positions = Array.from({ length: 21 }, (_, at) => at * 10)
      const done = new Set<number>()
      let progress = new HookProgress({ position: 0, done: [] })
      let taken = takeAll(progress, positions)
      for (const step of all) {
        if (step === 'restart') {
          progress = new HookProgress(progress.saved)
          taken = takeAll(progress, positions)
          assert.deepEqual(
            taken,
            positions.filter(position => !done.has(position)),
          )
        } else {
          const position = step.done * 10
          if (!taken.includes(position) || done.has(position)) continue
          done.add(position)
          progress.done(position)
        }
      }
    }),
    { seed: 11, numRuns: 200 },
  )
})

function takeAll(progress: HookProgress, positions: readonly number[]): number[] {
  const taken = positions.filter(position => position >= progress.next).filter(position => progress.take(position))
  progress.readTo(210)
  return taken
}
