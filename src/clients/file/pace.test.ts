import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { pace } from './pace.ts'

async function* itemsAt(...times: readonly (number | undefined)[]): AsyncGenerator<number | undefined> {
  yield* times
}

type Group = { readonly at: number; readonly items: readonly (number | undefined)[] }

/** The groups that are not empty, and when they come. */
async function paced(items: AsyncIterable<number | undefined>, longestStep?: number): Promise<readonly Group[]> {
  const clock = new FakeClock()
  const groups: Group[] = []
  const { signal } = new AbortController()
  const paces = pace(items, { timeOf: item => item, clock, signal, ...(longestStep !== undefined && { longestStep }) })
  for (;;) {
    const next = paces.next()
    await new Promise(setImmediate)
    for (; clock.pendingCount > 0; await new Promise(setImmediate)) clock.advance(1)
    const { done, value } = await next
    if (done === true) break
    if (value.length > 0) groups.push({ at: clock.now(), items: value })
  }
  assert.equal(clock.pendingCount, 0)
  return groups
}

test('pace: what is read comes at its times, that of one moment together', async () => {
  assert.deepEqual(await paced(itemsAt(1000, 1005, undefined, 1100, 1200)), [
    { at: 0, items: [1000, 1005, undefined] },
    { at: 100, items: [1100] },
    { at: 200, items: [1200] },
  ])
})

test('pace: what is earlier than the newest does not turn time back', async () => {
  const groups = await paced(itemsAt(0, 100, 60, 200))
  assert.deepEqual(groups, [
    { at: 0, items: [0] },
    { at: 100, items: [100, 60] },
    { at: 200, items: [200] },
  ])
})

test('pace: a gap is waited for, and a jump of the clock is not where there may be some', async () => {
  const times = [0, 50, 60_000, 60_050, 5, 45]
  assert.deepEqual((await paced(itemsAt(...times))).at(-1), { at: 60_050, items: [60_050, 5, 45] })
  assert.deepEqual((await paced(itemsAt(...times), 10_000)).at(-1), { at: 140, items: [45] })
})

test('pace: who is far behind is not hurried for ever', async () => {
  const clock = new FakeClock()
  const groups = pace(itemsAt(0, 40, 80, 120), { timeOf: item => item, clock, signal: new AbortController().signal })
  const first = groups.next()
  await new Promise(setImmediate)
  assert.deepEqual((await first).value, [0])
  clock.advance(5000)
  const rest = groups.next()
  await new Promise(setImmediate)
  clock.advance(40)
  assert.deepEqual((await rest).value, [40, 80])
  await groups.return(undefined)
})

test('pace: an aborted signal ends the wait, and what is read', async () => {
  const ending = new AbortController()
  let isClosed = false
  async function* items(): AsyncGenerator<number> {
    try {
      yield* [0, 9000, 9040]
    } finally {
      isClosed = true
    }
  }
  const groups = pace(items(), { timeOf: item => item, clock: new FakeClock(), signal: ending.signal })
  await groups.next()
  const rest = groups.next()
  ending.abort()
  assert.equal((await rest).done, true)
  assert.equal(isClosed, true)
})
