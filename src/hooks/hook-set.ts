import { hostname } from 'node:os'
import type { EventObserver, StampedEvent } from '../contracts/events.ts'
import type { HookStatus, Hooks, HookTest } from '../contracts/hooks.ts'
import { ConfigError } from '../core/errors.ts'
import { Uuid7Sequence } from '../core/uuid7.ts'
import type { HookConfig, HooksConfig } from './config.ts'
import { createHook, type HookContext } from './create-hook.ts'
import type { Hook } from './hook.ts'

type Entry = { readonly hook: Hook /** What it was made from. */; readonly written: string }

/** All hooks of the configuration. */
export class HookSet implements Hooks, EventObserver {
  readonly #context: HookContext
  readonly #testIds = new Uuid7Sequence()
  #entries = new Map<string, Entry>()

  /** @throws {ConfigError} If one of them cannot work. */
  constructor(config: HooksConfig, context: HookContext) {
    this.#context = context
    for (const entry of config) this.#entries.set(entry.name, this.#create(entry))
  }

  list(): readonly HookStatus[] {
    return [...this.#entries.values()].map(({ hook }) => hook.status)
  }

  observe(event: StampedEvent): void {
    for (const { hook } of this.#entries.values()) hook.observe(event)
  }

  async test(name: string): Promise<HookTest> {
    const hook = this.#entries.get(name)?.hook
    if (hook === undefined) return { ok: false, reason: 'unknown' }
    const time = this.#context.clock.wall()
    const event = { type: 'hook.test', hook: name } as const
    const message = await hook.test({ id: this.#testIds.next(time), time, server: hostname(), sequence: time, event })
    return message === undefined ? { ok: true } : { ok: false, reason: 'failed', message }
  }

  /** The configuration has changed: hooks that are as they were go on; one that cannot work now leaves the old one. */
  replace(config: HooksConfig): void {
    const before = this.#entries
    const after = config.flatMap(entry => this.#replaced(entry, before.get(entry.name)))
    this.#entries = new Map(after)
    for (const [name, { hook }] of before) if (this.#entries.get(name)?.hook !== hook) void retire(hook)
  }

  /** Resolves when every event is delivered or given up, or `signal` aborts. */
  async flush(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const flushed = Promise.all([...this.#entries.values()].map(({ hook }) => hook.flush()))
    const aborted = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
    await Promise.race([flushed, aborted])
  }

  /** Give up what is not delivered. Idempotent. */
  close(): void {
    for (const { hook } of this.#entries.values()) hook.close()
  }

  #replaced(entry: HookConfig, before: Entry | undefined): [string, Entry][] {
    if (before?.written === JSON.stringify(entry.values)) return [[entry.name, before]]
    try {
      return [[entry.name, this.#create(entry)]]
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      this.#context.log.error('HOOK_REFUSED', `The hook stays as it was: ${error.message}`)
      return before === undefined ? [] : [[entry.name, before]]
    }
  }

  #create(entry: HookConfig): Entry {
    return { hook: createHook(entry, this.#context), written: JSON.stringify(entry.values) }
  }
}

/** What it was told before the change is still delivered. */
async function retire(hook: Hook): Promise<void> {
  await hook.flush()
  hook.close()
}
