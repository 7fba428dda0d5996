import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { LoggedEvent } from '../contracts/event-log.ts'
import type { HookStatus, Hooks, HookTest } from '../contracts/hooks.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError } from '../core/errors.ts'
import { Uuid7Sequence } from '../core/uuid7.ts'
import type { HookConfig } from './config.ts'
import { checkHook, createHook, type HookContext } from './create-hook.ts'
import { DeadLetters } from './dead-letters.ts'
import type { DeliveryError } from './delivery-error.ts'
import type { Hook } from './hook.ts'
import { HookCursors } from './hook-cursors.ts'
import type { EventsConfig } from './journal/config.ts'
import type { EventJournal } from './journal/event-journal.ts'

type HookSetOptions = {
  readonly journal: EventJournal
  readonly config: EventsConfig
  readonly clock: Clock
  readonly log: Log
}

type Entry = { readonly hook: Hook /** What it was made from. */; readonly written: string }

/** All hooks, each a reader of the journal. */
export class HookSet implements Hooks {
  readonly #options: HookSetOptions
  readonly #cursors: HookCursors
  readonly #deadLetters: DeadLetters
  readonly #testIds = new Uuid7Sequence()
  readonly #stopListening: () => void
  #entries = new Map<string, Entry>()
  /** Hooks of before the journal was open. */
  #early: readonly HookConfig[]
  #isOpen = false

  /** @throws {ConfigError} If one of them cannot work. */
  constructor(config: readonly HookConfig[], options: HookSetOptions) {
    this.#options = options
    this.#cursors = new HookCursors({ dir: options.config.dir, ...options })
    this.#deadLetters = new DeadLetters({ path: join(options.config.dir, 'dead-letters.jsonl'), ...options })
    this.#early = config
    for (const entry of config) checkHook(entry)
    this.#stopListening = options.journal.onAppended(events => this.#appended(events))
  }

  /** Go on where an earlier run has ended, once the journal is open. Never rejects. */
  async open(): Promise<void> {
    if (this.#early.length > 0) await this.#options.journal.keep()
    await this.#cursors.open(this.#early.map(({ name }) => name))
    this.#isOpen = true
    this.replace(this.#early)
  }

  list(): readonly HookStatus[] {
    return [...this.#entries.values()].map(({ hook }) => hook.status)
  }

  async test(name: string): Promise<HookTest | undefined> {
    const hook = this.#entries.get(name)?.hook
    if (hook === undefined) return undefined
    const { clock } = this.#options
    const time = clock.wall()
    const event = { type: 'hook.test', hook: name } as const
    const begin = clock.now()
    const took = (): number => Math.round(clock.now() - begin)
    try {
      const { status } = await hook.test({
        id: this.#testIds.next(time),
        time,
        server: hostname(),
        sequence: time,
        event,
      })
      return { error: undefined, status, durationMs: took() }
    } catch (error) {
      const { message, status } = error as DeliveryError
      return { error: message, status, durationMs: took() }
    }
  }

  /** Other hooks hold from now on. Those that are as they were go on; one that cannot work now leaves the old one. */
  replace(config: readonly HookConfig[]): void {
    this.#early = config
    if (!this.#isOpen) return
    if (config.length > 0) void this.#options.journal.keep()
    const before = this.#entries
    const after = new Map<string, Entry>()
    for (const entry of config) {
      const next = this.#replaced(entry, before.get(entry.name))
      if (next !== undefined) after.set(entry.name, next)
    }
    for (const [name, { hook }] of before) {
      if (after.has(name)) continue
      hook.close()
      this.#cursors.forget(name)
    }
    this.#entries = after
  }

  /** Resolves when every event is delivered or given up, or `signal` aborts. */
  async flush(signal: AbortSignal): Promise<void> {
    await this.#options.journal.flush()
    if (signal.aborted) return
    const flushed = Promise.all([...this.#entries.values()].map(({ hook }) => hook.flush()))
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([flushed, aborted])
  }

  /** What is not delivered is left to the next run. Idempotent. */
  async close(): Promise<void> {
    this.#stopListening()
    for (const { hook } of this.#entries.values()) hook.close()
    await Promise.all([this.#cursors.close(), this.#deadLetters.flush()])
  }

  #appended(events: readonly LoggedEvent[]): void {
    for (const { hook } of this.#entries.values()) hook.appended(events)
  }

  #replaced(entry: HookConfig, before: Entry | undefined): Entry | undefined {
    const written = JSON.stringify(entry.values)
    if (before?.written === written) return before
    try {
      const next = this.#create(entry)
      // Both have the same progress: one has to leave it before the other goes on.
      before?.hook.close()
      void next.hook.open()
      return next
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#options.log.error('HOOK_REFUSED', `The hook stays as it was: ${error.message}`)
      return before
    }
  }

  #create(entry: HookConfig): Entry {
    const { journal, config, clock, log } = this.#options
    const progress = this.#cursors.progressOf(entry.name)
    const onProgress = (): void => this.#cursors.changed()
    const onGivenUp: HookContext['onGivenUp'] = (events, reason) => {
      if (journal.isKept) this.#deadLetters.add(entry.name, events, reason)
    }
    const hook = createHook(entry, { journal, progress, onGivenUp, onProgress, maxAge: config.maxAge, clock, log })
    return { hook, written: JSON.stringify(entry.values) }
  }
}
