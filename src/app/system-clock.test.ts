import assert from 'node:assert/strict'
import { setImmediate as nextTick } from 'node:timers/promises'
import { afterEach, test, vi } from 'vitest'
import { SystemClock } from './system-clock.ts'

afterEach(() => void vi.useRealTimers())

test('system clock: time goes on and never back', () => {
  const clock = new SystemClock()
  const first = clock.now()
  while (performance.now() < first + 2) {}
  assert.ok(clock.now() >= first + 2)
})

test('system clock: what is to happen soon happens after this tick', async () => {
  const ran: string[] = []
  new SystemClock().soon(() => ran.push('soon'))
  ran.push('now')
  await nextTick()
  assert.deepEqual(ran, ['now', 'soon'])
})

test('system clock: wall time is the time of day', () => {
  assert.ok(Math.abs(new SystemClock().wall() - Date.now()) < 1000)
})

test('system clock: a timer runs once, unless it is cancelled', () => {
  vi.useFakeTimers()
  const clock = new SystemClock()
  const ran: string[] = []
  clock.after(10, () => ran.push('kept'))
  clock.after(10, () => ran.push('cancelled')).cancel()
  vi.advanceTimersByTime(100)
  assert.deepEqual(ran, ['kept'])
})

test('system clock: a delay of months does not end at once', () => {
  vi.useFakeTimers()
  const dayMs = 86_400_000
  const ran: string[] = []
  const clock = new SystemClock()
  clock.after(60 * dayMs, () => ran.push('kept'))
  const cancelled = clock.after(60 * dayMs, () => ran.push('cancelled'))
  vi.advanceTimersByTime(59 * dayMs)
  cancelled.cancel()
  assert.deepEqual(ran, [])
  vi.advanceTimersByTime(dayMs)
  assert.deepEqual(ran, ['kept'])
})
