import assert from 'node:assert/strict'
import { afterEach, beforeEach, test, vi } from 'vitest'
import { monotonicNs } from './marks.ts'
import { pace, paceEvery } from './pacer.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'hrtime'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('pacer: stays on its grid for as long as it runs', () => {
  const start = monotonicNs()
  const ticks: number[] = []
  const stop = paceEvery(10, nowNs => ticks.push(Math.round((nowNs - start) / 1e6)))
  vi.advanceTimersByTime(1000)
  stop()
  assert.equal(ticks.length, 100)
  assert.equal(ticks.at(-1), 1000)
})

test('pacer: leaves out periods that it missed instead of running after them', () => {
  const start = monotonicNs()
  const ticks: number[] = []
  const stop = paceEvery(10, nowNs => {
    ticks.push(Math.round((nowNs - start) / 1e6))
    if (ticks.length === 1) vi.advanceTimersByTime(35)
  })
  vi.advanceTimersByTime(20)
  stop()
  assert.deepEqual(ticks, [10, 45, 50])
})

test('pacer: asks for the next due time after every tick', () => {
  const start = monotonicNs()
  const dues = [3e6, 4e6, 9e6]
  const ticks: number[] = []
  const stop = pace(
    () => start + (dues[ticks.length] ?? Number.MAX_SAFE_INTEGER),
    nowNs => ticks.push(nowNs - start),
  )
  vi.advanceTimersByTime(9)
  stop()
  assert.deepEqual(ticks, [3e6, 4e6, 9e6])
})
