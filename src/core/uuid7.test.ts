import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Uuid7Sequence } from './uuid7.ts'

test('uuid 7: the time, version and variant stand where RFC 9562 puts them', () => {
  // The time of the example in RFC 9562, appendix A.6.
  assert.match(new Uuid7Sequence().next(0x017f22e279b0), /^017f22e2-79b0-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('uuid 7: unique and in order, also when the clock stands still or goes back', () => {
  const ids = new Uuid7Sequence()
  const made = Array.from({ length: 10_000 }, (_, i) => ids.next(i < 9000 ? 1_000_000 : 900_000))
  made.push(ids.next(2_000_000))
  assert.deepEqual([...made].sort(), made)
  assert.equal(new Set(made).size, made.length)
})
