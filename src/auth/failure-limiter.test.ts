import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FailureLimiter } from './failure-limiter.ts'

const limits = { limit: 3, window: 60_000 }

test('failure limiter: the third wrong attempt blocks until the window is over', () => {
  const limiter = new FailureLimiter(limits)
  assert.deepEqual([limiter.fail('a', 0), limiter.fail('a', 10), limiter.isBlocked('a', 20)], [false, false, false])
  assert.equal(limiter.fail('a', 30_000), true)
  assert.equal(limiter.isBlocked('a', 59_999), true)
  assert.equal(limiter.isBlocked('b', 59_999), false)
  assert.equal(limiter.blockedCount(59_999), 1)
  assert.equal(limiter.isBlocked('a', 60_000), false)
  assert.equal(limiter.fail('a', 60_000), false)
})

test('failure limiter: attempts in different windows are not added up', () => {
  const limiter = new FailureLimiter(limits)
  for (let at = 0; at < 10; at++) assert.equal(limiter.fail('a', at * 40_000), false)
})

test('failure limiter: a limit of 0 blocks nobody and keeps nothing', () => {
  const limiter = new FailureLimiter({ limit: 0, window: 60_000 })
  assert.equal(limiter.fail('a', 0), false)
  assert.equal(limiter.isBlocked('a', 0), false)
  assert.equal(limiter.size, 0)
})

test('failure limiter: hundreds of thousands of addresses take bounded room, and the newest are known', () => {
  const limiter = new FailureLimiter({ limit: 1, window: 60_000 })
  const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
  for (let i = 0; i < 200_000; i++) limiter.fail(address(i), i / 1000)
  assert.ok(limiter.size <= 65_536, `${limiter.size} addresses`)
  assert.equal(limiter.isBlocked(address(199_999), 200), true)
  assert.equal(limiter.isBlocked(address(0), 200), false)
})

test('failure limiter: who goes on trying is not forgotten', () => {
  const limiter = new FailureLimiter({ limit: 100, window: 60_000 })
  for (let i = 0; i < 200_000; i++) {
    limiter.fail(`10.0.${i >> 8}.${i & 255}`, 1)
    if (i % 1000 === 0) limiter.fail('192.0.2.1', 1)
  }
  assert.equal(limiter.isBlocked('192.0.2.1', 1), true)
})
