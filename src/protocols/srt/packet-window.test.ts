import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { PacketWindow } from './packet-window.ts'
import { addSequence } from './sequence-number.ts'

const first = 0x7fff_ffe0
const capacity = 1024

test('packet window: it holds what was put into it and not left behind, and knows the earliest', () => {
  const step = fc.record({ put: fc.nat(capacity - 1), isMoved: fc.boolean(), by: fc.nat(1500) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const window = new PacketWindow<number>(first, capacity)
      let begin = 0
      const held = new Set<number>()
      for (const { put, isMoved, by } of steps) {
        const at = begin + put
        if (!held.has(at)) window.put(addSequence(first, at), at)
        held.add(at)
        if (isMoved) {
          begin += by
          window.moveTo(addSequence(first, begin))
          for (const one of held) if (one < begin) held.delete(one)
        }
        const earliest = held.size === 0 ? undefined : Math.min(...held)
        assert.equal(window.earliest, earliest === undefined ? undefined : addSequence(first, earliest))
        assert.equal(window.count, held.size)
        for (let i = begin; i < begin + capacity; i++) {
          assert.equal(window.get(addSequence(first, i)), held.has(i) ? i : undefined)
        }
      }
    }),
    { seed: 48, numRuns: 200 },
  )
})

test('packet window: behind a gap of thousands the earliest is found once', () => {
  const window = new PacketWindow<string>(first, 8192)
  window.put(addSequence(first, 8191), 'far')
  const startedAt = performance.now()
  for (let i = 0; i < 100_000; i++) assert.equal(window.earliest, addSequence(first, 8191))
  assert.ok(performance.now() - startedAt < 2000)
})

test('packet window: what it has left behind can be used again, and no more than that', () => {
  const window = new PacketWindow<{ name: string }>(first, capacity)
  assert.equal(window.takeSpare(), undefined)
  const [one, other] = [{ name: 'one' }, { name: 'other' }]
  window.put(first, one)
  window.put(addSequence(first, 2), other)
  window.moveTo(addSequence(first, 1))
  assert.equal(window.takeSpare(), one)
  assert.equal(window.takeSpare(), undefined)
  window.moveTo(addSequence(first, 3))
  assert.equal(window.takeSpare(), other)
})

test('packet window: it keeps few of those that it has left behind', () => {
  const window = new PacketWindow<number>(first, capacity)
  for (let at = 0; at < capacity; at++) window.put(addSequence(first, at), at)
  window.moveTo(addSequence(first, capacity))
  let spares = 0
  while (window.takeSpare() !== undefined) spares++
  assert.equal(spares, 64)
})
