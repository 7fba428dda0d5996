import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import { happen, journalConfig, openJournal } from '../../test/support/journal-fixture.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import type { ServerEvent, StampedEvent } from '../contracts/events.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { DeliveryError } from './delivery-error.ts'
import { Hook, type HookOptions } from './hook.ts'
import { HookProgress } from './hook-progress.ts'
import type { Batch, Receipt } from './hook-target.ts'
import type { EventJournal } from './journal/event-journal.ts'

type Outcome = DeliveryError | undefined | 'hangs'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly attempts: { readonly events: Batch; readonly at: number }[] = []
  readonly givenUp: { readonly given: readonly StampedEvent[]; readonly reason: string }[] = []
  readonly journal: EventJournal
  readonly progress: HookProgress
  readonly hook: Hook
  outcome: Outcome

  private constructor(outcome: Outcome, journal: EventJournal, options: Partial<HookOptions>) {
    this.outcome = outcome
    this.journal = journal
    this.progress = options.progress ?? new HookProgress({ position: journal.end, done: [] })
    const { clock, log, progress } = this
    const target = {
      ...{ shown: 'there', maxBatch: 1, accepts: () => true, close: () => undefined },
      deliver: (events: Batch, signal: AbortSignal) => {
        this.attempts.push({ events, at: clock.now() })
        return this.#end(signal)
      },
    }
    const onGivenUp: HookOptions['onGivenUp'] = (given, reason) => this.givenUp.push({ given, reason })
    const limits = { timeout: 5000, retries: 2, retryWait: 1000, queue: 100, concurrency: 1, maxAge: 86_400_000 }
    const events = ['publish.started', 'publish.stopped'] as const
    const place = { journal, progress, onProgress: () => undefined, onGivenUp, clock, log }
    this.hook = new Hook({
      name: 'mine',
      type: 'webhook',
      events,
      streams: undefined,
      target,
      ...limits,
      ...place,
      ...options,
    })
    journal.onAppended(added => this.hook.appended(added))
  }

  static async open(outcome: Outcome, options: Partial<HookOptions> = {}, journal?: EventJournal): Promise<Fixture> {
    const context = { clock: new FakeClock(), log: new KeptLog() }
    const fixture = new Fixture(outcome, journal ?? (await openJournal(context)), options)
    await fixture.hook.open()
    return fixture
  }

  happen(...events: readonly ServerEvent[]): Promise<readonly StampedEvent[]> {
    return happen(this.journal, ...events)
  }

  /** Let `ms` pass, with everything that happens meanwhile. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed <= ms; passed += 100) {
      await new Promise(setImmediate)
      if (passed < ms) this.clock.advance(100)
    }
  }

  /** Let things happen until `holds`, or nothing more happens. */
  async until(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 30_000 && !holds(); turn++) await new Promise(setImmediate)
  }

  get delivered(): StampedEvent[] {
    return this.attempts.flatMap(({ events }) => events)
  }

  get codes(): string[] {
    return this.log.lines.map(({ code }) => code)
  }

  async #end(signal: AbortSignal): Promise<Receipt> {
    if (this.outcome === 'hangs') {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    }
    if (this.outcome !== undefined) throw this.outcome
    return { status: 204 }
  }
}

const down = new DeliveryError('no answer came: ECONNREFUSED', { isFinal: false })

function manyOf(count: number): ServerEvent[] {
  return Array.from({ length: count }, (_, at) => publishStarted(`cam/${at % 10}`, `rtmp-${at}`))
}

test('hook: only events that it asks for are delivered', async () => {
  const fixture = await Fixture.open(undefined)
  const [wanted] = await fixture.happen(publishStarted(), { type: 'stream.created', stream: 'a' })
  await fixture.pass(0)
  assert.deepEqual(fixture.delivered, [wanted])
  assert.equal(fixture.hook.status.delivered, 1)
  assert.equal(fixture.hook.status.state, 'idle')
})

test('hook: only events of the streams that it asks for are delivered', async () => {
  const streams = ['live/**', 'cam'].flatMap(text => parsePathPattern(text) ?? [])
  const fixture = await Fixture.open(undefined, { streams, events: ['publish.started', 'config.reloaded'] })
  const names = ['live/a', 'other/live/a', 'cam', 'live']
  await fixture.happen(...names.map(name => publishStarted(name)), {
    ...{ type: 'config.reloaded', changed: [], needsRestart: [] },
  })
  await fixture.pass(0)
  const told = fixture.delivered.map(({ event }) => ('stream' in event ? event.stream : undefined))
  assert.deepEqual(told, ['live/a', 'cam', 'live'])
})

test('hook: what fails is tried again, later and later, then given up', async () => {
  const fixture = await Fixture.open(down)
  await fixture.happen(publishStarted())
  await fixture.pass(5000)
  const [first, second, third, none] = fixture.attempts.map(({ at }) => at)
  assert.equal(first, 0)
  assert.ok(second !== undefined && second >= 500 && second <= 1100, `${second}`)
  assert.ok(third !== undefined && third - second >= 1000 && third - second <= 2100, `${third}`)
  assert.equal(none, undefined)
  const { failed, retries, lastError, state } = fixture.hook.status
  assert.deepEqual([failed, retries, lastError, state], [1, 2, down.message, 'failing'])
  assert.deepEqual(fixture.codes, ['HOOK_RETRYING', 'HOOK_FAILED'])
  fixture.outcome = undefined
  await fixture.happen(publishStopped())
  await fixture.pass(0)
  assert.deepEqual(fixture.codes, ['HOOK_RETRYING', 'HOOK_FAILED', 'HOOK_BACK'])
})

test('hook: a receiver that asks to be left alone is left alone', async () => {
  const busy = new DeliveryError('the answer has status 503', { isFinal: false, status: 503, retryAfter: 30_000 })
  const fixture = await Fixture.open(busy)
  await fixture.happen(publishStarted())
  await fixture.pass(29_900)
  assert.equal(fixture.attempts.length, 1)
  await fixture.pass(200)
  assert.equal(fixture.attempts.length, 2)
})

test('hook: what would fail again is not tried again', async () => {
  const fixture = await Fixture.open(new DeliveryError('the answer has status 410', { isFinal: true }))
  await fixture.happen(publishStarted())
  await fixture.pass(5000)
  assert.equal(fixture.attempts.length, 1)
  assert.equal(fixture.hook.status.failed, 1)
  assert.deepEqual(fixture.givenUp, [{ given: fixture.delivered, reason: 'the answer has status 410' }])
})

test('hook: an attempt that takes too long is one that failed', async () => {
  const fixture = await Fixture.open('hangs', { retries: 0 })
  const [event] = await fixture.happen(publishStarted())
  await fixture.pass(4900)
  assert.equal(fixture.hook.status.state, 'delivering')
  assert.equal(fixture.hook.status.oldestWaiting, event?.time)
  await fixture.pass(200)
  assert.equal(fixture.hook.status.lastError, 'it took more than 5000 ms')
  assert.equal(fixture.hook.status.oldestWaiting, undefined)
})

test('hook: 10 000 events wait for a dead target outside of memory, and all come in the order of their stream', async () => {
  const fixture = await Fixture.open(down, { queue: 100_000, retries: 10 })
  const all: StampedEvent[] = []
  for (let round = 0; round < 10; round++) all.push(...(await fixture.happen(...manyOf(1000))))
  await fixture.pass(0)
  assert.equal(fixture.hook.status.queued, 9999)
  fixture.outcome = undefined
  fixture.attempts.length = 0
  await fixture.pass(2000)
  await fixture.hook.flush()
  assert.deepEqual([fixture.hook.status.delivered, fixture.hook.status.queued], [10_000, 0])
  assert.deepEqual(
    fixture.delivered.map(({ id }) => id),
    all.map(({ id }) => id),
  )
})

test('hook: events that pass by one that is stuck cost bounded memory, and none is lost', async () => {
  const fixture = await Fixture.open('hangs', { concurrency: 2, queue: 100_000, timeout: 60_000 })
  await fixture.happen(publishStarted('stuck', 'rtmp-stuck'))
  await fixture.pass(0)
  fixture.outcome = undefined
  for (let round = 0; round < 10; round++) await fixture.happen(...manyOf(1000))
  await fixture.until(() => fixture.hook.status.delivered === 10_000)
  assert.ok(
    fixture.hook.status.delivered > 4000 && fixture.hook.status.delivered < 6000,
    `${fixture.hook.status.delivered}`,
  )
  assert.ok(fixture.progress.saved.done.length < 6000)
  await fixture.pass(61_000)
  await fixture.pass(2000)
  await fixture.hook.flush()
  assert.deepEqual([fixture.hook.status.delivered, fixture.hook.status.queued], [10_001, 0])
})

test('hook: when more wait than may, the oldest go, and one line a second says so', async () => {
  const fixture = await Fixture.open('hangs', { queue: 2 })
  await fixture.happen(...manyOf(10))
  await fixture.pass(0)
  const { queued, dropped } = fixture.hook.status
  assert.deepEqual([queued, dropped], [2, 7])
  await fixture.happen(publishStarted())
  await fixture.pass(0)
  assert.deepEqual(fixture.codes, ['HOOK_DROPPED'])
  assert.equal(fixture.hook.status.dropped, 8)
  assert.equal(fixture.givenUp.flatMap(({ given }) => given).length, 8)
})

test('hook: what the journal could not keep is counted', async () => {
  const context = { clock: new FakeClock(), log: new KeptLog() }
  const journal = await openJournal(context, journalConfig({ maxSize: 64 << 10 }))
  await journal.keep()
  const fixture = await Fixture.open('hangs', { queue: 100_000 }, journal)
  // More than what is kept in memory, too.
  for (let round = 0; round < 200; round++) await fixture.happen(...manyOf(100))
  fixture.outcome = undefined
  await fixture.pass(10_000)
  await fixture.hook.flush()
  const { delivered, dropped, failed, queued } = fixture.hook.status
  assert.equal(queued, 0)
  assert.ok(dropped > 0)
  assert.equal(delivered + dropped + failed, 20_000)
})

test('hook: what is too old is given up untried', async () => {
  const fixture = await Fixture.open('hangs', { maxAge: 3000, timeout: 60_000 })
  await fixture.happen(publishStarted(), publishStopped())
  fixture.clock.advance(4000)
  const late = await Fixture.open(undefined, { maxAge: 3000 })
  late.clock.advance(4000)
  await late.happen(publishStarted())
  await late.pass(0)
  assert.deepEqual([late.attempts.length, late.hook.status.failed], [0, 1])
  assert.equal(late.hook.status.lastError, 'it is too old by now')
  fixture.hook.close()
})

test('hook: a test is one attempt past the journal', async () => {
  const fixture = await Fixture.open(down)
  const event = stamped({ type: 'hook.test', hook: 'mine' })
  await assert.rejects(fixture.hook.test(event), down)
  fixture.outcome = undefined
  assert.deepEqual(await fixture.hook.test(event), { status: 204 })
  assert.equal(fixture.hook.status.delivered, 0)
})

test('hook: closed while it waits for another attempt, it stops at once and leaves the rest to the next', async () => {
  const fixture = await Fixture.open(down)
  const events = await fixture.happen(publishStarted('a', 'rtmp-1'), publishStarted('b', 'rtmp-2'))
  await fixture.pass(0)
  fixture.hook.close()
  await fixture.hook.flush()
  assert.equal(fixture.attempts.length, 1)
  assert.equal(fixture.hook.status.failed, 0)
  const next = await Fixture.open(undefined, { progress: fixture.progress }, fixture.journal)
  await next.hook.flush()
  assert.deepEqual(next.delivered, events)
})

test('hook: what came out of turn is not delivered again', async () => {
  const fixture = await Fixture.open('hangs', { concurrency: 2 })
  const [stuck] = await fixture.happen(publishStarted('a', 'rtmp-1'))
  await fixture.pass(0)
  fixture.outcome = undefined
  await fixture.happen(publishStarted('b', 'rtmp-2'), publishStarted('c', 'rtmp-3'))
  await fixture.pass(0)
  assert.equal(fixture.hook.status.delivered, 2)
  const progress = new HookProgress(fixture.progress.saved)
  fixture.hook.close()
  const next = await Fixture.open(undefined, { progress }, fixture.journal)
  await next.hook.flush()
  assert.deepEqual(next.delivered, [stuck])
})
