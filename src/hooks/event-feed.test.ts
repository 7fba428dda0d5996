import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped } from '../../test/support/hook-events.ts'
import { happen, journalConfig, openJournal } from '../../test/support/journal-fixture.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import { EventFeedSet } from './event-feed-set.ts'
import { formatEvent } from './event-json.ts'
import type { EventsConfig } from './journal/config.ts'

const all = { types: [], streams: [] }

async function open(limits: Partial<EventsConfig> = {}) {
  const context = { clock: new FakeClock(), log: new KeptLog() }
  const config = journalConfig(limits)
  const journal = await openJournal(context, config)
  return { ...context, journal, feeds: new EventFeedSet({ config, journal, ...context }) }
}

function textOf(events: readonly (StampedEvent | undefined)[]): string {
  return events.map(event => event && `id: ${event.id}\ndata: ${formatEvent(event)}\n\n`).join('')
}

const opening = 'retry: 3000\n\n'

/** Whatever was begun in this turn and the next ones has ended. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

test('event feed: one who listens hears what happens from then on, as far as it is of interest', async () => {
  const { feeds, journal } = await open()
  await happen(journal, publishStarted('before'))
  const heard = text(feeds.open({ types: ['publish.*'], streams: ['live/**', 'cam-*'] }, undefined))
  const events = await happen(
    journal,
    publishStarted('live/a'),
    publishStarted('other'),
    { type: 'stream.created', stream: 'live/a' },
    publishStopped('cam-1'),
  )
  await settled()
  feeds.close()
  assert.equal(await heard, opening + textOf([events[0], events[3]]))
  assert.equal(feeds.count, 0)
})

test('event feed: one who comes back hears what happened since, then what happens', async () => {
  const { feeds, journal } = await open()
  const before = await happen(journal, publishStarted('a'), publishStarted('b'), publishStarted('c'))
  const heard = text(feeds.open(all, before[0]?.id))
  await settled()
  const after = await happen(journal, publishStarted('d'))
  await settled()
  feeds.close()
  assert.equal(await heard, opening + textOf([before[1], before[2], after[0]]))
})

test('event feed: one who comes back too late is told so, and hears what is left', async () => {
  const { feeds, journal } = await open()
  const events = await happen(journal, publishStarted('a'))
  const heard = text(feeds.open(all, '00000000-0000-7000-8000-000000000000'))
  await settled()
  feeds.close()
  assert.equal(await heard, `event: lost\ndata: {}\n\n${opening}${textOf(events)}`)
})

test('event feed: the server stops while one who came back is looked for', async () => {
  const { feeds, journal } = await open()
  const [first] = await happen(journal, publishStarted('a'), publishStarted('b'))
  const heard = text(feeds.open(all, first?.id))
  feeds.close()
  await happen(journal, publishStarted('c'))
  assert.equal(await heard, '')
})

test('event feed: while nothing happens, a sign of life is sent', async () => {
  const { feeds, clock } = await open({ heartbeat: 1000 })
  const heard = text(feeds.open(all, undefined))
  await settled()
  for (let beat = 0; beat < 3; beat++) {
    clock.advance(1000)
    await settled()
  }
  feeds.close()
  assert.equal(await heard, `${opening}:\n\n:\n\n:\n\n`)
})

test('event feed: one who takes nothing costs bounded memory, and is cut', async () => {
  const { feeds, journal, clock, log } = await open({ heartbeat: 1000 })
  const stream = feeds.open(all, undefined)
  const events = Array.from({ length: 5000 }, (_, at) => publishStarted(`cam/${at}`))
  await happen(journal, ...events)
  await settled()
  assert.ok(stream.readableLength < 256 * 1024, `${stream.readableLength} characters`)
  for (let beat = 0; beat < 2; beat++) {
    clock.advance(1000)
    await settled()
  }
  assert.ok(stream.destroyed)
  assert.equal(feeds.count, 0)
  assert.deepEqual(
    log.lines.map(({ code }) => code),
    ['EVENT_LISTENER_CUT'],
  )
})

test('event feed: no more listen than may, and none when the server stops', async () => {
  const { feeds } = await open({ listeners: 1 })
  const first = feeds.open(all, undefined)
  assert.throws(() => feeds.open(all, undefined), { statusCode: 503, retryAfter: 5 })
  first.destroy()
  await settled()
  feeds.open(all, undefined).destroy()
  await settled()
  feeds.close()
  assert.throws(() => feeds.open(all, undefined), { statusCode: 503, message: /the server stops/ })
})

for (const [filter, id, message] of [
  [{ types: ['publish.begun'], streams: [] }, undefined, /type must be a type of event such as publish\.\*/],
  [{ types: [], streams: ['a//b'] }, undefined, /stream must be a name such as live/],
  [all, 'latest', /Last-Event-ID must be the id of an event/],
] as const) {
  test(`event feed: ${JSON.stringify(filter)} after ${id} is refused`, async () => {
    const { feeds } = await open()
    assert.throws(() => feeds.open(filter, id), { statusCode: 400, message })
  })
}
