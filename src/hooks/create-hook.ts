import type { EventType } from '../contracts/events.ts'
import { ConfigError } from '../core/errors.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { isRetried, problemsOf, valuesOf } from './check-hook.ts'
import type { HookConfig, HookValues } from './config.ts'
import { createTarget } from './create-target.ts'
import { eventTypes, typesCovered } from './event-names.ts'
import { Hook, type HookOptions } from './hook.ts'

/** What a hook works with, beside what it was told. */
export type HookContext = Pick<
  HookOptions,
  'journal' | 'progress' | 'onGivenUp' | 'onProgress' | 'maxAge' | 'clock' | 'log'
>

/** Asked of the backend before anybody is let in, by `auth.mode: callback`: twice would be once too often. */
const asked: readonly EventType[] = ['publish.started', 'play.started']

/** The hook that an entry asks for. @throws {ConfigError} As `checkHook`. */
export function createHook(entry: HookConfig, context: HookContext): Hook {
  checkHook(entry)
  const values = valuesOf(entry.values)
  const { type, streams } = values
  return new Hook({
    ...values,
    ...context,
    name: entry.name,
    events: typesOf(values, entry.values.events),
    streams: streams.length === 0 ? undefined : streams.flatMap(text => parsePathPattern(text) ?? []),
    target: createTarget(values, context.clock),
    retries: isRetried(type) ? values.retries : 0,
    // Lines of one output are in order.
    concurrency: type === 'stdio' ? 1 : values.concurrency,
  })
}

/** @throws {ConfigError} If the entry lacks something, or has a key that its type does not have. */
export function checkHook({ name, values }: HookConfig): void {
  for (const { key, rule } of problemsOf(values)) {
    const path = `hooks.${name}.${key}`
    throw new ConfigError(path, `Cannot use ${path}: ${rule}`)
  }
}

function typesOf({ type, events }: HookValues, written: readonly string[] | undefined): readonly EventType[] {
  const covered = new Set(events.flatMap(typesCovered))
  if (type === 'srs' && written === undefined) for (const one of asked) covered.delete(one)
  return eventTypes.filter(one => covered.has(one))
}
