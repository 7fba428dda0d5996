import assert from 'node:assert/strict'
import { test } from 'vitest'
import { WorkLimit } from './work-limit.ts'

type Piece = PromiseWithResolvers<string>

/** Pieces of work that end when the test says so. */
function pieces(limit: WorkLimit, count: number) {
  const begun: number[] = []
  const all = Array.from({ length: count }, (): Piece => Promise.withResolvers())
  const results = all.map(({ promise }, index) =>
    limit.run(() => {
      begun.push(index)
      return promise
    }),
  )
  return { begun, all, results }
}

test('work limit: so many run, so many wait in order, and the others are not taken', async () => {
  const limit = new WorkLimit({ running: 2, waiting: 2 })
  const { begun, all, results } = pieces(limit, 6)
  assert.deepEqual(await Promise.all(results.slice(4)), [undefined, undefined])
  assert.deepEqual(begun, [0, 1])
  all[1]?.resolve('one')
  assert.deepEqual(await results[1], { result: 'one' })
  assert.ok(!begun.includes(3))
  for (const { resolve } of all) resolve('done')
  assert.deepEqual(await results[3], { result: 'done' })
  assert.deepEqual(begun, [0, 1, 2, 3])
})

test('work limit: work that fails makes room like any other', async () => {
  const limit = new WorkLimit({ running: 1, waiting: 1 })
  const { all, results } = pieces(limit, 2)
  const reason = new Error('broken')
  all[0]?.reject(reason)
  await assert.rejects(results[0] ?? Promise.resolve(), reason)
  all[1]?.resolve('done')
  assert.deepEqual(await results[1], { result: 'done' })
  assert.deepEqual(await limit.run(() => Promise.resolve(1)), { result: 1 })
})
