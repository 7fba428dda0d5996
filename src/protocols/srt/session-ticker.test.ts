import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { SessionTicker } from './session-ticker.ts'

test('ticker: every member hears each 10 ms what time it is, until it has gone', () => {
  const clock = new FakeClock()
  const ticker = new SessionTicker(clock)
  const heard: string[] = []
  const [one, other] = ['one', 'other'].map(name => ({ tick: (now: number) => void heard.push(`${name} ${now}`) }))
  assert.ok(one !== undefined && other !== undefined)
  ticker.add(one)
  clock.advance(15)
  ticker.add(other)
  clock.advance(5)
  ticker.delete(one)
  clock.advance(10)
  assert.deepEqual(heard, ['one 10000', 'one 20000', 'other 20000', 'other 30000'])
})

test('ticker: without members there is no timer, and one who goes in its tick stays gone', () => {
  const clock = new FakeClock()
  const ticker = new SessionTicker(clock)
  let ticks = 0
  const member = {
    tick: () => {
      ticks++
      ticker.delete(member)
    },
  }
  assert.equal(clock.pendingCount, 0)
  ticker.add(member)
  ticker.add(member)
  clock.advance(100)
  assert.equal(ticks, 1)
  assert.equal(clock.pendingCount, 0)
})

test('ticker: a tick that comes late does not make the next ones late', () => {
  const clock = new FakeClock()
  const after = (delay: number, callback: () => void) => clock.after(delay + 3, callback)
  const times: number[] = []
  const ticker = new SessionTicker({ now: () => clock.now(), wall: () => 0, soon: () => undefined, after })
  const member = { tick: (now: number) => void times.push(now) }
  ticker.add(member)
  clock.advance(50)
  assert.deepEqual(times, [13_000, 23_000, 33_000, 43_000])
})
