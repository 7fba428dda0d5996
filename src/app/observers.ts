import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { HooksConfig } from '../hooks/config.ts'
import { EventFeedSet } from '../hooks/event-feed-set.ts'
import { HookSet } from '../hooks/hook-set.ts'
import type { EventsConfig } from '../hooks/journal/config.ts'
import { EventJournal } from '../hooks/journal/event-journal.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { ServerTotals } from '../metrics/server-totals.ts'
import type { EventBus } from './event-bus.ts'
import { StreamEvents } from './stream-events.ts'

type ObserverOptions = {
  readonly hooks: HooksConfig
  readonly config: EventsConfig
  readonly registry: StreamRegistry
  readonly events: EventBus
  readonly clock: Clock
  readonly log: Log
}

type OpenedObservers = { readonly journal: EventJournal; readonly hooks: HookSet; readonly events: EventBus }

/** Everybody who is told what happens. @throws {ConfigError} If a hook cannot work. */
export function createObservers({ config, registry, events, clock, log, ...options }: ObserverOptions): {
  readonly journal: EventJournal
  readonly hooks: HookSet
  readonly feeds: EventFeedSet
  readonly totals: ServerTotals
} {
  const journal = new EventJournal({ config, clock, log })
  const hooks = new HookSet(options.hooks, { journal, config, clock, log })
  const feeds = new EventFeedSet({ config, journal, clock, log })
  const totals = new ServerTotals()
  events.add(journal)
  events.add(totals)
  registry.observe(new StreamEvents(clock, events))
  registry.observe(totals)
  return { journal, hooks, feeds, totals }
}

/** Hooks go on where an earlier run has ended. */
export async function openObservers({ journal, hooks, events }: OpenedObservers): Promise<void> {
  await journal.open()
  if (journal.newest !== undefined) events.continueAfter(journal.newest)
  await hooks.open()
}
