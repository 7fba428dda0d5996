import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import type { LoggedEvent } from '../contracts/event-log.ts'
import type { ServerEvent } from '../contracts/events.ts'
import { type Delivery, DeliveryQueue } from './delivery-queue.ts'

let position = 0

function logged(event: ServerEvent): LoggedEvent {
  return { position: position++, event: stamped(event) }
}

function created(...streams: readonly string[]): LoggedEvent[] {
  return streams.map(stream => logged({ type: 'stream.created', stream }))
}

/** Deliveries end when the test says so. */
class Fixture {
  readonly started: Delivery[] = []
  readonly queue: DeliveryQueue
  readonly #ends = new Map<LoggedEvent, () => void>()

  constructor(concurrency: number, maxBatch = 1) {
    this.queue = new DeliveryQueue({
      concurrency,
      maxBatch,
      deliver: delivery => {
        this.started.push(delivery)
        return new Promise(resolve => this.#ends.set(delivery[0], resolve))
      },
      onDelivered: () => undefined,
    })
  }

  get singles(): LoggedEvent[] {
    return this.started.map(([event]) => event)
  }

  async end(first: LoggedEvent | undefined): Promise<void> {
    if (first !== undefined) this.#ends.get(first)?.()
    await new Promise(setImmediate)
  }
}

test('delivery queue: events of a stream or a connection are delivered in order, others meanwhile', async () => {
  const fixture = new Fixture(10)
  const first = logged(publishStarted('a', 'rtmp-1'))
  const second = logged(publishStopped('a', 'rtmp-2'))
  const closed = logged(publishStopped('b', 'rtmp-2'))
  const other = logged(publishStarted('c', 'rtmp-3'))
  fixture.queue.push([first, second, closed, other])
  // The third has the connection of the second, which waits for the first.
  assert.deepEqual(fixture.singles, [first, other])
  assert.equal(fixture.queue.oldest, first.event)
  await fixture.end(first)
  assert.deepEqual(fixture.singles, [first, other, second])
  await fixture.end(second)
  assert.deepEqual(fixture.singles, [first, other, second, closed])
})

test('delivery queue: no more at a time than allowed', async () => {
  const fixture = new Fixture(2)
  const events = created('a', 'b', 'c')
  fixture.queue.push(events)
  assert.deepEqual(fixture.singles, events.slice(0, 2))
  await fixture.end(events[1])
  assert.deepEqual(fixture.singles, events)
})

test('delivery queue: batches go one after the other, with all that waits by then', async () => {
  const fixture = new Fixture(4, 3)
  const events = created('a', 'b', 'a', 'c', 'a', 'a')
  fixture.queue.push(events.slice(0, 1))
  fixture.queue.push(events.slice(1))
  assert.deepEqual(fixture.started, [events.slice(0, 1)])
  await fixture.end(events[0])
  await fixture.end(events[1])
  assert.deepEqual(fixture.started, [events.slice(0, 1), events.slice(1, 4), events.slice(4)])
  assert.equal(fixture.queue.underwayCount, 2)
})

test('delivery queue: the oldest that waits can be dropped, what is underway goes on', () => {
  const fixture = new Fixture(1)
  const events = created('a', 'a', 'a')
  fixture.queue.push(events)
  assert.equal(fixture.queue.dropOldest(), events[1])
  assert.equal(fixture.queue.waitingCount, 1)
  assert.equal(fixture.queue.underwayCount, 1)
  fixture.queue.clear()
  assert.equal(fixture.queue.dropOldest(), undefined)
})
