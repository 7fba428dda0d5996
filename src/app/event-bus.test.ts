import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import { EventBus } from './event-bus.ts'

test('event bus: every observer gets the same stamped event, whatever another one does', () => {
  const log = new KeptLog()
  const clock = new FakeClock()
  const bus = new EventBus(clock, log)
  const seen: StampedEvent[] = []
  bus.add({
    observe: () => {
      throw new Error('broken')
    },
  })
  bus.add({ observe: event => seen.push(event) })
  bus.add({ observe: event => seen.push(event) })
  bus.emit({ type: 'stream.created', stream: 'a' })
  bus.emit({ type: 'stream.created', stream: 'a' })
  const [first, same, second] = seen
  assert.equal(first, same)
  assert.deepEqual(first?.event, { type: 'stream.created', stream: 'a' })
  assert.equal(first.time, clock.wall())
  assert.notEqual(first.server, '')
  assert.ok(second !== undefined && first.id < second.id)
  assert.deepEqual(
    log.lines.map(({ code }) => code),
    ['EVENT_SINK_FAILED', 'EVENT_SINK_FAILED'],
  )
})

test('event bus: ids and numbers rise over a restart, also when the clock was put back', () => {
  const clock = new FakeClock()
  const bus = new EventBus(clock, new KeptLog())
  const seen: StampedEvent[] = []
  bus.add({ observe: event => seen.push(event) })
  const earlier = clock.wall() + 3_600_000
  bus.continueAfter(earlier)
  bus.emit({ type: 'stream.created', stream: 'a' })
  bus.emit({ type: 'stream.removed', stream: 'a' })
  assert.deepEqual(
    seen.map(({ sequence }) => sequence),
    [earlier + 1, earlier + 2],
  )
  assert.equal(Number.parseInt(seen[0]?.id.replace('-', '').slice(0, 12) ?? '', 16), earlier + 1)
})
