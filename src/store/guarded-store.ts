import type { Clock, Timer } from '../contracts/clock.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { Log } from '../contracts/log.ts'
import type { Change, Collection, Store, StoredDocument } from '../contracts/store.ts'
import { Backoff, type BackoffLimits } from '../core/backoff.ts'
import { reasonOf, StoreError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'

export type GuardedStoreOptions = {
  readonly store: Store
  /** How long anybody waits for an answer. */
  readonly timeout: Milliseconds
  /** How often to look whether another server has changed something. */
  readonly pollInterval: Milliseconds
  readonly clock: Clock
  readonly log: Log
}

export type StoreOperation = 'list' | 'state' | 'apply'

/** What came of an operation: a fault of a StoreError, or none. */
export type StoreResult = 'ok' | StoreError['fault']

export type OperationCounters = {
  readonly results: Readonly<Record<StoreResult, number>>
  /** Spent until there was a result. */
  readonly time: Milliseconds
}

/** Why the store cannot be used, and what shows that it can again. */
type Trouble = { readonly problem: string; readonly probe: () => Promise<unknown>; readonly retryAt: Milliseconds }

/** How long to wait for a store that cannot be used. */
const retry: BackoffLimits = { shortest: 500, longest: 10_000 }

/** Operations that wait for the store at a time; further ones are refused. */
export const maxPending = 256

/**
 * A store that keeps nobody waiting: it answers within the timeout, and at once while it is known to be away, until a
 * probe shows that it is back. It tells when there may be other documents than those that were read last.
 */
export class GuardedStore implements Store {
  readonly #options: GuardedStoreOptions
  readonly #backoff = new Backoff(retry)
  readonly #counters = { list: newCounters(), state: newCounters(), apply: newCounters() }
  #onChange: () => void = () => undefined
  #seen: string | undefined
  #trouble: Trouble | undefined
  #timer: Timer | undefined
  #pending = 0
  #isOpen = true

  constructor(options: GuardedStoreOptions) {
    this.#options = options
  }

  /** A server that has never read what is kept is not ready; one that has goes on without the store. */
  get health(): HealthCheck {
    const wasRead = (): boolean => this.#counters.list.results.ok > 0
    return {
      name: 'store',
      problem: () => this.#trouble?.problem,
      get isWarning() {
        return wasRead()
      },
    }
  }

  get counters(): Readonly<Record<StoreOperation, OperationCounters>> {
    return this.#counters
  }

  /** Operations whose end is not known, those included that nobody waits for any more. */
  get pending(): number {
    return this.#pending
  }

  /** Call `onChange` from now on whenever another server may have changed something, and when the store is back. */
  watch(onChange: () => void): void {
    this.#onChange = onChange
    if (this.#trouble === undefined) this.#pollLater()
  }

  list(collection: Collection): Promise<readonly StoredDocument[]> {
    const list = (): Promise<readonly StoredDocument[]> => this.#options.store.list(collection)
    return this.#run('list', list, list)
  }

  state(): Promise<string> {
    const state = (): Promise<string> => this.#options.store.state()
    return this.#run('state', state, state)
  }

  async apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    if (this.#trouble !== undefined) throw this.#away(this.#trouble)
    const { store } = this.#options
    return this.#run(
      'apply',
      () => store.apply(changes),
      () => store.apply([]),
    )
  }

  /** Waits for what was begun, but not for a store that is away or does not answer. */
  async close(): Promise<void> {
    this.#isOpen = false
    this.#timer?.cancel()
    const { store, clock, timeout } = this.#options
    const closed = store.close()
    if (this.#trouble === undefined) {
      await Promise.race([closed, new Promise<void>(resolve => clock.after(timeout, resolve))])
    } else closed.catch(() => undefined)
  }

  async #run<Value>(operation: StoreOperation, work: () => Promise<Value>, probe: Trouble['probe']): Promise<Value> {
    if (this.#pending >= maxPending) throw tooMany()
    const counters = this.#counters[operation]
    const began = this.#options.clock.now()
    try {
      const value = await this.#inTime(work)
      counters.results.ok++
      return value
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      counters.results[error.fault]++
      if (error.fault !== 'conflict') this.#fail(error, probe)
      throw error
    } finally {
      counters.time += this.#options.clock.now() - began
    }
  }

  #inTime<Value>(work: () => Promise<Value>): Promise<Value> {
    const { clock, timeout } = this.#options
    this.#pending++
    return new Promise((resolve, reject) => {
      const timer = clock.after(timeout, () => reject(late(timeout)))
      const settled = (): void => {
        timer.cancel()
        this.#pending--
      }
      work().then(resolve, reject).finally(settled)
    })
  }

  /** The first who fails looks after it until the store is back. */
  #fail(error: StoreError, probe: Trouble['probe']): void {
    if (this.#trouble !== undefined || !this.#isOpen) return
    const retryInMs = this.#retryLater(error, probe)
    this.#options.log.error('STORE_UNAVAILABLE', error.message, { retryInMs })
  }

  #retryLater(error: unknown, probe: Trouble['probe']): Milliseconds {
    const { clock } = this.#options
    const wait = this.#backoff.next()
    this.#trouble = { problem: reasonOf(error), probe, retryAt: clock.now() + wait }
    this.#timer?.cancel()
    this.#timer = clock.after(wait, () => void this.#probe(probe))
    return wait
  }

  async #probe(probe: Trouble['probe']): Promise<void> {
    try {
      await this.#inTime(probe)
    } catch (error) {
      if (this.#isOpen) this.#retryLater(error, probe)
      return
    }
    this.#trouble = undefined
    this.#backoff.reset()
    if (!this.#isOpen) return
    this.#options.log.info('STORE_RECOVERED', 'The store can be used again')
    this.#onChange()
    this.#pollLater()
  }

  #pollLater(): void {
    const { clock, pollInterval } = this.#options
    this.#timer?.cancel()
    this.#timer = clock.after(pollInterval, () => void this.#poll())
  }

  async #poll(): Promise<void> {
    try {
      const state = await this.state()
      const isNew = state !== this.#seen
      this.#seen = state
      if (isNew && this.#isOpen) this.#onChange()
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
    }
    if (this.#isOpen && this.#trouble === undefined) this.#pollLater()
  }

  #away({ problem, retryAt }: Trouble): StoreError {
    const retryAfter = Math.max(1, Math.ceil((retryAt - this.#options.clock.now()) / 1000))
    return new StoreError('unavailable', problem, { retryAfter })
  }
}

function newCounters(): { results: Record<StoreResult, number>; time: Milliseconds } {
  return { results: { ok: 0, conflict: 0, unavailable: 0, damaged: 0 }, time: 0 }
}

function tooMany(): StoreError {
  return new StoreError('unavailable', `Cannot use the store: ${maxPending} others wait for it`, { retryAfter: 1 })
}

/** What was asked for may be done all the same: nobody knows. */
function late(timeout: Milliseconds): StoreError {
  return new StoreError('unavailable', `Cannot use the store: it must answer within ${timeout} ms, has not yet`)
}
