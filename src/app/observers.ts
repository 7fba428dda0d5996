import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import { EventFeedSet } from '../hooks/event-feed-set.ts'
import { HookSet } from '../hooks/hook-set.ts'
import { EventJournal } from '../hooks/journal/event-journal.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { ServerTotals } from '../metrics/server-totals.ts'
import type { GuardedStore } from '../store/guarded-store.ts'
import type { AppConfig } from './config.ts'
import type { EventBus } from './event-bus.ts'
import { HookDeclarations } from './hook-declarations.ts'
import { StreamEvents } from './stream-events.ts'

type ObserverParts = {
  readonly store: GuardedStore
  readonly registry: StreamRegistry
  readonly events: EventBus
  readonly clock: Clock
  readonly log: Log
}

export type Observers = {
  readonly journal: EventJournal
  readonly hooks: HookSet
  readonly hookDeclarations: HookDeclarations
  readonly feeds: EventFeedSet
  readonly totals: ServerTotals
}

/** Everybody who is told what happens. @throws {ConfigError} If a hook cannot work. */
export function createObservers(config: Pick<AppConfig, 'events' | 'hooks'>, parts: ObserverParts): Observers {
  const { registry, events, clock } = parts
  const kept = { config: config.events, ...parts }
  const journal = new EventJournal(kept)
  const hooks = new HookSet(config.hooks, { journal, ...kept })
  const hookDeclarations = new HookDeclarations(config.hooks, { ...parts, onChange: all => hooks.replace(all) })
  const feeds = new EventFeedSet({ journal, ...kept })
  const totals = new ServerTotals()
  events.add(journal)
  events.add(totals)
  registry.observe(new StreamEvents(clock, events))
  registry.observe(totals)
  return { journal, hooks, hookDeclarations, feeds, totals }
}

type OpenedObservers = Pick<Observers, 'journal' | 'hooks'> & { readonly events: EventBus }

/** Hooks go on where an earlier run has ended. */
export async function openObservers({ journal, hooks, events }: OpenedObservers): Promise<void> {
  await journal.open()
  if (journal.newest !== undefined) events.continueAfter(journal.newest)
  await hooks.open()
}
