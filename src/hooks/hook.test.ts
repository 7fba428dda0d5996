import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import type { StampedEvent } from '../contracts/events.ts'
import { DeliveryError } from './delivery-error.ts'
import { Hook, type HookOptions } from './hook.ts'

type Outcome = DeliveryError | undefined | 'hangs'

class Fixture {
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly attempts: { readonly event: StampedEvent; readonly at: number }[] = []
  readonly hook: Hook
  outcome: Outcome

  constructor(outcome: Outcome, options: Partial<HookOptions> = {}) {
    this.outcome = outcome
    const { clock, log } = this
    const target = {
      shown: 'there',
      accepts: () => true,
      deliver: (event: StampedEvent, signal: AbortSignal) => {
        this.attempts.push({ event, at: clock.now() })
        return this.#end(signal)
      },
      close: () => undefined,
    }
    const limits = { timeout: 5000, retries: 2, retryWait: 1000, queue: 2, concurrency: 1 }
    const events = ['publish.started', 'publish.stopped'] as const
    this.hook = new Hook({ name: 'mine', type: 'webhook', events, target, ...limits, clock, log, ...options })
  }

  /** Let `ms` pass, with everything that happens meanwhile. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed <= ms; passed += 100) {
      await new Promise(setImmediate)
      if (passed < ms) this.clock.advance(100)
    }
  }

  get codes(): string[] {
    return this.log.lines.map(({ code }) => code)
  }

  async #end(signal: AbortSignal): Promise<void> {
    if (this.outcome === 'hangs') {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    }
    if (this.outcome !== undefined) throw this.outcome
  }
}

const down = new DeliveryError('no answer came: ECONNREFUSED', false)

test('hook: only events that it asks for are delivered', async () => {
  const fixture = new Fixture(undefined)
  const wanted = stamped(publishStarted())
  fixture.hook.observe(wanted)
  fixture.hook.observe(stamped({ type: 'stream.created', stream: 'a' }))
  await fixture.pass(0)
  assert.deepEqual(fixture.attempts, [{ event: wanted, at: 0 }])
  assert.equal(fixture.hook.status.delivered, 1)
  assert.equal(fixture.hook.status.state, 'idle')
})

test('hook: what fails is tried again, later and later, then given up', async () => {
  const fixture = new Fixture(down)
  fixture.hook.observe(stamped(publishStarted()))
  await fixture.pass(5000)
  const [first, second, third, none] = fixture.attempts.map(({ at }) => at)
  assert.equal(first, 0)
  assert.ok(second !== undefined && second >= 500 && second <= 1100, `${second}`)
  assert.ok(third !== undefined && third - second >= 1000 && third - second <= 2100, `${third}`)
  assert.equal(none, undefined)
  const { failed, retries, lastError, state } = fixture.hook.status
  assert.deepEqual([failed, retries, lastError, state], [1, 2, down.message, 'failing'])
  assert.deepEqual(fixture.codes, ['HOOK_FAILED'])
  fixture.outcome = undefined
  fixture.hook.observe(stamped(publishStopped()))
  await fixture.pass(0)
  assert.deepEqual(fixture.codes, ['HOOK_FAILED', 'HOOK_BACK'])
})

test('hook: what would fail again is not tried again', async () => {
  const fixture = new Fixture(new DeliveryError('the answer has status 302', true))
  fixture.hook.observe(stamped(publishStarted()))
  await fixture.pass(5000)
  assert.equal(fixture.attempts.length, 1)
})

test('hook: an attempt that takes too long is one that failed', async () => {
  const fixture = new Fixture('hangs', { retries: 0 })
  fixture.hook.observe(stamped(publishStarted()))
  await fixture.pass(4900)
  assert.equal(fixture.hook.status.state, 'delivering')
  await fixture.pass(200)
  assert.equal(fixture.hook.status.lastError, 'it took more than 5000 ms')
})

test('hook: a dead target costs a bounded queue, whose oldest go, and one line a second', async () => {
  const fixture = new Fixture('hangs')
  for (let count = 0; count < 10; count++) fixture.hook.observe(stamped(publishStarted()))
  const { queued, dropped } = fixture.hook.status
  assert.deepEqual([queued, dropped], [2, 7])
  assert.deepEqual(fixture.codes, ['HOOK_DROPPED'])
  fixture.clock.advance(1000)
  fixture.hook.observe(stamped(publishStarted()))
  assert.equal(fixture.log.lines[1]?.fields['leftOut'], 6)
})

test('hook: a test is one attempt past the queue', async () => {
  const fixture = new Fixture(down)
  const event = stamped({ type: 'hook.test', hook: 'mine' })
  assert.equal(await fixture.hook.test(event), down.message)
  fixture.outcome = undefined
  assert.equal(await fixture.hook.test(event), undefined)
  assert.equal(fixture.hook.status.delivered, 0)
})

test('hook: closed while it waits for another attempt, it gives up at once', async () => {
  const fixture = new Fixture(down)
  fixture.hook.observe(stamped(publishStarted()))
  await fixture.pass(0)
  fixture.hook.close()
  await fixture.hook.flush()
  assert.equal(fixture.attempts.length, 1)
  fixture.hook.observe(stamped(publishStarted()))
  assert.equal(fixture.hook.status.queued, 0)
})
