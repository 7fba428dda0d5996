import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FailureLimiter, limiterKey } from './failure-limiter.ts'

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

test('failure limiter: a million addresses take bounded room, and the newest are known', () => {
  const limiter = new FailureLimiter({ limit: 1, window: 60_000 })
  const address = (i: number): string => `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`
  for (let i = 0; i < 1_000_000; i++) limiter.fail(address(i), i / 1000)
  assert.ok(limiter.size <= 65_536, `${limiter.size} addresses`)
  assert.equal(limiter.isBlocked(address(999_999), 1000), true)
  assert.equal(limiter.isBlocked(address(0), 1000), false)
})

test('failure limiter: who goes on trying is not forgotten', () => {
  const limiter = new FailureLimiter({ limit: 100, window: 60_000 })
  for (let i = 0; i < 200_000; i++) {
    limiter.fail(`10.0.${i >> 8}.${i & 255}`, 1)
    if (i % 1000 === 0) limiter.fail('192.0.2.1', 1)
  }
  assert.equal(limiter.isBlocked('192.0.2.1', 1), true)
})

for (const [address, key] of [
  ['10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8:1:2::6', '2001:db8:1:2'],
  ['2001:0db8:0001:0002::', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['64:ff9b::10.1.2.3', '64:ff9b:0:0'],
  ['1:2:3::10.1.2.3', '1:2:3:0'],
  ['?', '?'],
] as const) {
  test(`failure limiter: ${address} counts as ${key}`, () => assert.equal(limiterKey(address), key))
}
