import assert from 'node:assert/strict'
import { test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { scrape } from '../../test/support/scrape.ts'
import type { Change, Store, StoredDocument } from '../contracts/store.ts'
import { StoreError } from '../core/errors.ts'
import { GuardedStore, maxPending } from './guarded-store.ts'
import { storeMetrics } from './store-metrics.ts'

const change: Change = { kind: 'put', collection: 'streams', key: 'a', value: {}, expected: 'anything' }

/** Does what the test says. */
class ScriptedStore implements Store {
  problem: StoreError | undefined
  version = 0
  isSilent = false
  readonly asked: string[] = []

  list = (): Promise<readonly StoredDocument[]> => this.#answer('list', [])
  state = (): Promise<string> => this.#answer('state', String(this.version))
  apply = (changes: readonly Change[]): Promise<readonly StoredDocument[]> =>
    this.#answer(`apply ${changes.length}`, [])

  async close(): Promise<void> {
    if (this.isSilent) await new Promise(() => undefined)
  }

  #answer<Value>(what: string, value: Value): Promise<Value> {
    this.asked.push(what)
    if (this.isSilent) return new Promise(() => undefined)
    return this.problem === undefined ? Promise.resolve(value) : Promise.reject(this.problem)
  }
}

class Rig {
  readonly store = new ScriptedStore()
  readonly clock = new FakeClock()
  readonly log = new KeptLog()
  readonly guarded: GuardedStore
  changes = 0

  constructor() {
    const { store, clock, log } = this
    this.guarded = new GuardedStore({ store, clock, log, timeout: 1000, pollInterval: 100 })
  }

  get problem(): string | undefined {
    return this.guarded.health.problem()
  }

  get codes(): readonly string[] {
    return this.log.lines.map(({ code }) => code)
  }

  watch(): void {
    this.guarded.watch(() => this.changes++)
  }

  /** In steps that are shorter than the timeout, so that answers have their time. */
  async advance(span: number): Promise<void> {
    for (let left = span; left > 0; left -= 500) {
      this.clock.advance(Math.min(left, 500))
      await new Promise(setImmediate)
    }
  }
}

const away = new StoreError('unavailable', 'Cannot reach the store: connection refused')

test('guarded store: another state is told, the same one is not', async () => {
  const rig = new Rig()
  rig.watch()
  await rig.advance(100)
  assert.equal(rig.changes, 1)
  await rig.advance(100)
  assert.equal(rig.changes, 1)
  rig.store.version++
  await rig.advance(100)
  assert.equal(rig.changes, 2)
  await rig.guarded.close()
  assert.equal(rig.clock.pendingCount, 1)
})

test('guarded store: one that is away is said, refuses changes at once, and comes back by itself', async () => {
  const rig = new Rig()
  rig.watch()
  rig.store.problem = away
  await assert.rejects(rig.guarded.list('streams'), away)
  assert.equal(rig.problem, away.message)
  assert.equal(rig.guarded.health.isWarning, false)
  await assert.rejects(rig.guarded.apply([change]), { fault: 'unavailable', message: away.message, retryAfter: 1 })
  assert.deepEqual(rig.store.asked, ['list'])
  for (let attempt = 0; attempt < 5; attempt++) await rig.advance(10_000)
  assert.deepEqual(rig.codes, ['STORE_UNAVAILABLE'])
  rig.store.problem = undefined
  await rig.advance(10_000)
  assert.equal(rig.problem, undefined)
  assert.ok(rig.changes > 0)
  assert.deepEqual(rig.codes, ['STORE_UNAVAILABLE', 'STORE_RECOVERED'])
  await rig.guarded.apply([change])
})

test('guarded store: attempts to reach it come less and less often', async () => {
  const rig = new Rig()
  rig.store.problem = away
  await assert.rejects(rig.guarded.list('streams'), away)
  await rig.advance(60_000)
  const attempts = rig.store.asked.length
  assert.ok(attempts > 5 && attempts < 20, `${attempts} attempts in a minute`)
})

test('guarded store: one that can be read but not written is away until a change could be made', async () => {
  const rig = new Rig()
  rig.store.problem = away
  await assert.rejects(rig.guarded.apply([change]), away)
  rig.store.problem = undefined
  await rig.guarded.list('streams')
  assert.equal(rig.problem, away.message)
  assert.equal(rig.guarded.health.isWarning, true)
  await rig.advance(500)
  assert.deepEqual(rig.store.asked, ['apply 1', 'list', 'apply 0'])
  assert.equal(rig.problem, undefined)
})

test('guarded store: a conflict is no trouble', async () => {
  const rig = new Rig()
  rig.store.problem = new StoreError('conflict', 'Cannot change a: it is another one by now', { key: 'a' })
  await assert.rejects(rig.guarded.apply([change]), { fault: 'conflict' })
  assert.equal(rig.problem, undefined)
})

test('guarded store: who gets no answer waits for the timeout, and the next ones not at all', async () => {
  const rig = new Rig()
  rig.store.isSilent = true
  const waiting = rig.guarded.apply([change])
  const refused = assert.rejects(waiting, { fault: 'unavailable', message: /must answer within 1000 ms/ })
  await rig.advance(1000)
  await refused
  await assert.rejects(rig.guarded.apply([change]), { fault: 'unavailable' })
  assert.equal(rig.store.asked.length, 1)
  await rig.guarded.close()
})

test('guarded store: only so many wait for it', async () => {
  const rig = new Rig()
  rig.store.isSilent = true
  const waiting = Array.from({ length: maxPending }, () => rig.guarded.apply([change]))
  await assert.rejects(rig.guarded.apply([change]), { fault: 'unavailable', message: /256 others wait/ })
  assert.equal(rig.store.asked.length, maxPending)
  const settled = Promise.allSettled(waiting)
  await rig.advance(1000)
  assert.ok((await settled).every(({ status }) => status === 'rejected'))
  // Nobody knows what became of them, so they still count.
  assert.equal(rig.guarded.pending, maxPending)
})

test('guarded store: its metrics say what it was asked for and what came of it', async () => {
  const rig = new Rig()
  await rig.guarded.list('streams')
  rig.store.problem = away
  await assert.rejects(rig.guarded.apply([change]), away)
  const text = await scrape(storeMetrics(rig.guarded))
  assert.match(text, /^sluice_store_up 0$/m)
  assert.match(text, /^sluice_store_operations_total\{operation="list",result="ok"\} 1$/m)
  assert.match(text, /^sluice_store_operations_total\{operation="apply",result="unavailable"\} 1$/m)
  assert.match(text, /^sluice_store_operation_seconds_total\{operation="apply"\} 0$/m)
  assert.match(text, /^sluice_store_operations_waiting 0$/m)
})
