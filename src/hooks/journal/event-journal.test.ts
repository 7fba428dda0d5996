import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { stamped } from '../../../test/support/hook-events.ts'
import { KeptLog } from '../../../test/support/kept-log.ts'
import type { StampedEvent } from '../../contracts/events.ts'
import { EventJournal } from './event-journal.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-journal-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'events')
}

const log = new KeptLog()
const clock = new FakeClock()
const day = 86_400_000

async function openJournal(dir: string, { maxSize = 64 << 20, maxAge = day } = {}): Promise<EventJournal> {
  const journal = new EventJournal({ config: { dir, maxSize, maxAge }, clock, log })
  await journal.open()
  await journal.keep()
  return journal
}

function created(stream: string): StampedEvent {
  return stamped({ type: 'stream.created', stream })
}

function manyEvents(count: number): StampedEvent[] {
  return Array.from({ length: count }, (_, at) => created(`cam/${at}`))
}

async function write(journal: EventJournal, ...events: readonly StampedEvent[]): Promise<void> {
  for (const event of events) journal.observe(event)
  await journal.flush()
}

async function readAll(journal: EventJournal, from = journal.start): Promise<readonly StampedEvent[]> {
  const events: StampedEvent[] = []
  for (let part = await journal.read(from); part.from < journal.end; part = await journal.read(part.next)) {
    events.push(...part.events.map(({ event }) => event))
  }
  return events
}

test('journal: what was written is there after a crash, in order, and what follows is behind it', async () => {
  const dir = newFolder()
  const events = manyEvents(1000)
  const before = await openJournal(dir)
  await write(before, ...events)
  // A crash closes nothing.
  const after = await openJournal(dir)
  assert.deepEqual(await readAll(after), events)
  assert.equal(after.newest, events.at(-1)?.time)
  const more = created('later')
  await write(after, more)
  assert.deepEqual(await readAll(after), [...events, more])
  await Promise.all([before.close(), after.close()])
})

test('journal: it is for its owner alone', async () => {
  const dir = newFolder()
  const journal = await openJournal(dir)
  await write(journal, created('a'))
  assert.equal(statSync(dir).mode & 0o777, 0o700)
  for (const name of readdirSync(dir)) assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600)
  await journal.close()
})

test('journal: readers are told of events that they can read', async () => {
  const journal = await openJournal(newFolder())
  const told: string[] = []
  const stop = journal.onAppended(events => {
    for (const { event, position } of events) {
      assert.ok(position < journal.end)
      told.push(event.id)
    }
  })
  const events = manyEvents(10)
  await write(journal, ...events)
  stop()
  await write(journal, created('untold'))
  assert.deepEqual(
    told,
    events.map(({ id }) => id),
  )
  await journal.close()
})

test('journal: a record that a crash has cut, and one that was changed, cost themselves alone', async () => {
  const dir = newFolder()
  const events = manyEvents(20)
  const first = await openJournal(dir)
  await write(first, ...events)
  await first.close()
  const [name = ''] = readdirSync(dir)
  const path = join(dir, name)
  writeFileSync(path, readFileSync(path, 'utf8').replace('cam/7"', 'cam/8"'))
  appendFileSync(path, '12345678 {"id":"cut')
  const second = await openJournal(dir)
  const more = created('later')
  await write(second, more)
  assert.deepEqual(await readAll(second), [...events.slice(0, 7), ...events.slice(8), more])
  assert.ok(log.lines.some(({ code }) => code === 'EVENTS_DAMAGED'))
  await second.close()
  const third = await openJournal(dir)
  assert.deepEqual((await readAll(third)).at(-1), more)
  await third.close()
})

test('journal: the oldest go when there is too much, and what is too old', async () => {
  const dir = newFolder()
  const journal = await openJournal(dir, { maxSize: 64 << 10 })
  const events = manyEvents(2000)
  for (let at = 0; at < events.length; at += 20) await write(journal, ...events.slice(at, at + 20))
  const files = readdirSync(dir)
  const total = files.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
  assert.ok(total <= 64 << 10, `${total} bytes`)
  await journal.close()
  const reopened = await openJournal(dir, { maxSize: 64 << 10, maxAge: 1 })
  const kept = await readAll(reopened)
  assert.deepEqual(kept, events.slice(-kept.length))
  assert.ok(kept.length > 200, `${kept.length}`)
  const { from } = await reopened.read(0)
  assert.equal(from, reopened.start)
  clock.advance(Date.now() - clock.wall() + day)
  const last = created('last')
  await write(reopened, last)
  assert.equal(readdirSync(dir).length, 1)
  await reopened.close()
})

test('journal: the place behind an event is found on disk and in memory', async () => {
  const dir = newFolder()
  const first = await openJournal(dir, { maxSize: 256 << 10 })
  const events = manyEvents(1000)
  for (let at = 0; at < events.length; at += 50) await write(first, ...events.slice(at, at + 50))
  const second = await openJournal(dir, { maxSize: 256 << 10 })
  for (const journal of [first, second]) {
    for (const at of [0, 1, 499, 998, 999]) {
      const { position, isComplete } = await journal.placeAfter(events[at]?.id ?? '')
      assert.ok(isComplete)
      assert.deepEqual((await readAll(journal, position))[0], events[at + 1], `${at}`)
    }
    const unknown = await journal.placeAfter('00000000-0000-7000-8000-000000000000')
    assert.deepEqual(unknown, { position: journal.start, isComplete: false })
  }
  await Promise.all([first.close(), second.close()])
})

test('journal: without anybody who needs it, nothing is on disk', async () => {
  const dir = newFolder()
  const journal = new EventJournal({ config: { dir, maxSize: 1 << 20, maxAge: day }, clock, log })
  await journal.open()
  const events = manyEvents(600)
  await write(journal, ...events)
  assert.deepEqual(await readAll(journal), events)
  assert.throws(() => readdirSync(dir), { code: 'ENOENT' })
  await journal.keep()
  await write(journal, created('kept'))
  assert.equal((await readAll(journal)).length, 601)
  await journal.close()
  const after = await openJournal(dir)
  assert.equal((await readAll(after)).length, 1)
  await after.close()
})

test('journal: where the disk fails, events are kept in memory, and it says so until they are on disk again', async () => {
  const dir = newFolder()
  const failing = new KeptLog()
  const journal = new EventJournal({ config: { dir, maxSize: 64 << 10, maxAge: day }, clock, log: failing })
  await journal.open()
  await journal.keep()
  await write(journal, created('a'))
  rmSync(dir, { recursive: true })
  writeFileSync(dir, '')
  const events = manyEvents(40)
  for (const event of events) await write(journal, event)
  // The file that was open is written to its end; the next cannot be made.
  assert.match(journal.health.problem() ?? '', /^Cannot keep events on disk: /)
  assert.equal((await readAll(journal)).length, 41)
  rmSync(dir)
  mkdirSync(dir)
  await write(journal, created('b'))
  assert.equal(journal.health.problem(), undefined)
  assert.deepEqual(
    failing.lines.map(({ code }) => code),
    ['EVENTS_UNKEPT', 'EVENTS_KEPT'],
  )
  await journal.close()
})
