import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { type MergeSettings, Pump, type Reader } from './pump.ts'

class CountingReader implements Reader {
  wakes = 0
  isBehind = false

  wake(): boolean {
    this.wakes++
    return this.isBehind
  }
}

const fail = (_reader: Reader, error: unknown): never => {
  throw error
}

function setUp(
  window: number,
  merge: Partial<MergeSettings> = {},
): { clock: FakeClock; pump: Pump; reader: CountingReader } {
  const clock = new FakeClock()
  const pump = new Pump(clock, { window: { current: window }, frames: 0, longest: window, ...merge }, fail)
  const reader = new CountingReader()
  pump.add(reader)
  clock.advance(0)
  reader.wakes = 0
  return { clock, pump, reader }
}

test('pump: without a window every tick that brought something wakes the readers once', () => {
  const { clock, pump, reader } = setUp(0)
  pump.notify()
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 1)
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 2)
})

test('pump: within the window frames wait, after a quiet time they leave at once', () => {
  const { clock, pump, reader } = setUp(100)
  clock.advance(500)
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 1)
  clock.advance(30)
  pump.notify()
  pump.notify()
  clock.advance(69)
  assert.equal(reader.wakes, 1)
  clock.advance(1)
  assert.equal(reader.wakes, 2)
})

test('pump: a sparse stream is never held back longer than the window', () => {
  const { clock, pump, reader } = setUp(350)
  for (let i = 1; i <= 5; i++) {
    clock.advance(1000)
    pump.notify()
    clock.advance(0)
    assert.equal(reader.wakes, i)
  }
})

test('pump: readers that are behind are woken again without news', () => {
  const { clock, pump, reader } = setUp(0)
  reader.isBehind = true
  pump.notify()
  clock.advance(100)
  assert.ok(reader.wakes >= 5)
  reader.isBehind = false
  clock.advance(20)
  const { wakes } = reader
  clock.advance(1000)
  assert.equal(reader.wakes, wakes)
})

test('pump: whoever has the readers woken is told whether one of them is behind', () => {
  const { pump, reader } = setUp(0)
  assert.equal(pump.flush(true), false)
  reader.isBehind = true
  assert.equal(pump.flush(true), true)
})

test('pump: a reader may remove itself while it is woken', () => {
  const { clock, pump, reader } = setUp(0)
  const leaver: Reader = {
    wake: () => {
      pump.remove(leaver)
      return false
    },
  }
  pump.add(leaver)
  const late = new CountingReader()
  pump.add(late)
  clock.advance(0)
  assert.equal(pump.readerCount, 2)
  assert.equal(late.wakes, 1)
  assert.equal(reader.wakes, 1)
})

test('pump: nothing is scheduled without readers', () => {
  const clock = new FakeClock()
  const pump = new Pump(clock, { window: { current: 10 }, frames: 0, longest: 10 }, fail)
  pump.notify()
  assert.equal(clock.pendingCount, 0)
})

test('pump: what is new does not wait until readers that are behind are looked at again', () => {
  const { clock, pump, reader } = setUp(10)
  clock.advance(100)
  reader.isBehind = true
  pump.notify()
  clock.advance(0)
  reader.wakes = 0
  clock.advance(5)
  pump.notify()
  clock.advance(4)
  assert.equal(reader.wakes, 0)
  clock.advance(1)
  assert.equal(reader.wakes, 1)
})

test('pump: too few frames are held back when the window is over, until enough have come', () => {
  const { clock, pump, reader } = setUp(10, { frames: 3, longest: 350 })
  clock.advance(100)
  pump.notify()
  clock.advance(100)
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 0)
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 1)
})

test('pump: no frame is held back for longer than the longest window, however few there are', () => {
  const { clock, pump, reader } = setUp(10, { frames: 8, longest: 350 })
  clock.advance(1000)
  pump.notify()
  clock.advance(349)
  assert.equal(reader.wakes, 0)
  clock.advance(1)
  assert.equal(reader.wakes, 1)
  clock.advance(1000)
  assert.equal(reader.wakes, 1)
})

test('pump: changed settings hold from the next frame on', () => {
  const { clock, pump, reader } = setUp(1000)
  pump.settings = { window: { current: 0 }, frames: 0, longest: 0 }
  pump.notify()
  clock.advance(0)
  assert.equal(reader.wakes, 1)
})
