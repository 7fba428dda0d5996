import assert from 'node:assert/strict'
import { test } from 'vitest'
import { StreamSequences } from './stream-sequences.ts'

const start = Date.UTC(2026, 0, 1)

test('stream sequences: each stream counts on its own, one after the other', () => {
  const sequences = new StreamSequences()
  const numbers = ['a', 'a', 'b', 'a', 'b'].map((stream, at) => sequences.next(stream, start + at * 10))
  assert.deepEqual(numbers, [start, start + 1, start + 20, start + 2, start + 21])
})

test('stream sequences: after a restart they are higher than before', () => {
  const before = new StreamSequences()
  const numbers = Array.from({ length: 500 }, () => before.next('a', start))
  const restarted = new StreamSequences()
  assert.ok(restarted.next('a', start + 1000) > (numbers.at(-1) ?? Number.POSITIVE_INFINITY))
})

test('stream sequences: names without end cost bounded memory, and a number never comes back', () => {
  const sequences = new StreamSequences()
  const first = sequences.next('seldom', start)
  sequences.next('often', start)
  for (let count = 0; count < 20_000; count++) {
    sequences.next(`noise-${count}`, start + count)
    if (count % 1000 === 0) sequences.next('often', start + count)
  }
  assert.equal(sequences.next('often', start + 20_000), start + 21)
  assert.ok(sequences.next('seldom', start + 20_000) > first + 1)
})
