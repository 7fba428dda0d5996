import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import type { StampedEvent } from '../contracts/events.ts'
import { DeliveryQueue } from './delivery-queue.ts'

/** Deliveries end when the test says so. */
class Fixture {
  readonly started: StampedEvent[] = []
  readonly dropped: StampedEvent[] = []
  readonly queue: DeliveryQueue
  readonly #ends = new Map<StampedEvent, () => void>()

  constructor(limit: number, concurrency: number) {
    this.queue = new DeliveryQueue({
      limit,
      concurrency,
      deliver: event => {
        this.started.push(event)
        return new Promise(resolve => this.#ends.set(event, resolve))
      },
      onDropped: event => this.dropped.push(event),
    })
  }

  push(...events: StampedEvent[]): void {
    for (const event of events) this.queue.push(event)
  }

  async end(event: StampedEvent): Promise<void> {
    this.#ends.get(event)?.()
    await new Promise(setImmediate)
  }
}

test('delivery queue: events of a stream or a connection are delivered in order, others meanwhile', async () => {
  const one = new Fixture(10, 10)
  const first = stamped(publishStarted('a', 'rtmp-1'))
  const second = stamped(publishStopped('a', 'rtmp-2'))
  const closed = stamped(publishStopped('b', 'rtmp-2'))
  const other = stamped(publishStarted('c', 'rtmp-3'))
  one.push(first, second, closed, other)
  // The third has the connection of the second, which waits for the first.
  assert.deepEqual(one.started, [first, other])
  await one.end(first)
  assert.deepEqual(one.started, [first, other, second])
  await one.end(second)
  assert.deepEqual(one.started, [first, other, second, closed])
})

test('delivery queue: no more at a time than allowed', async () => {
  const fixture = new Fixture(10, 2)
  const events = ['a', 'b', 'c'].map(name => stamped({ type: 'stream.created', stream: name }))
  fixture.push(...events)
  assert.deepEqual(fixture.started, events.slice(0, 2))
  await fixture.end(events[1] as StampedEvent)
  assert.deepEqual(fixture.started, events)
})

test('delivery queue: when too many wait, the oldest that waits is dropped', async () => {
  const fixture = new Fixture(3, 1)
  const events = Array.from({ length: 6 }, () => stamped({ type: 'stream.created', stream: 'a' }))
  fixture.push(...events)
  assert.deepEqual(fixture.dropped, events.slice(1, 3))
  assert.equal(fixture.queue.waitingCount, 3)
  let isIdle = false
  void fixture.queue.untilIdle().then(() => {
    isIdle = true
  })
  for (const event of [events[0], ...events.slice(3)]) {
    assert.equal(isIdle, false)
    await fixture.end(event as StampedEvent)
  }
  assert.equal(isIdle, true)
  await fixture.queue.untilIdle()
})
