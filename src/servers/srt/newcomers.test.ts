import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Newcomers } from './newcomers.ts'

const admitMany = (newcomers: Newcomers, count: number, address = '192.0.2.1', now = 0): number =>
  Array.from({ length: count }, () => newcomers.admit(address, now)).filter(Boolean).length

test('newcomers: one address has so many at a time, and the others have theirs', () => {
  const newcomers = new Newcomers()
  assert.equal(admitMany(newcomers, 1000), 256)
  assert.equal(admitMany(newcomers, 1000, '192.0.2.2'), 256)
  newcomers.settle('192.0.2.1')
  assert.equal(admitMany(newcomers, 2), 1)
})

test('newcomers: an IPv6 network of one subscriber is one address', () => {
  const newcomers = new Newcomers()
  const admitted = Array.from({ length: 1000 }, (_, i) => newcomers.admit(`2001:db8::${i.toString(16)}`, 0))
  assert.equal(admitted.filter(Boolean).length, 256)
})

test('newcomers: one that has come to nothing counts for ten seconds more', () => {
  const newcomers = new Newcomers()
  admitMany(newcomers, 256)
  for (let i = 0; i < 100; i++) newcomers.fail('192.0.2.1', 5000)
  assert.equal(admitMany(newcomers, 1, '192.0.2.1', 14_999), 0)
  assert.equal(admitMany(newcomers, 1000, '192.0.2.1', 15_000), 100)
})

test('newcomers: there is a bound on all of them, whoever they are', () => {
  const newcomers = new Newcomers()
  const admitted = Array.from({ length: 20_000 }, (_, i) => newcomers.admit(`10.0.${i >> 8}.${i & 255}`, 0))
  assert.equal(admitted.filter(Boolean).length, 10_000)
})
