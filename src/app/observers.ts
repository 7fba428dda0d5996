import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { HooksConfig } from '../hooks/config.ts'
import { HookSet } from '../hooks/hook-set.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { ServerTotals } from '../metrics/server-totals.ts'
import type { EventBus } from './event-bus.ts'
import { StreamEvents } from './stream-events.ts'

type ObserverOptions = {
  readonly config: HooksConfig
  readonly registry: StreamRegistry
  readonly events: EventBus
  readonly clock: Clock
  readonly log: Log
}

/** Everybody who is told what happens. @throws {ConfigError} If a hook cannot work. */
export function createObservers({ config, registry, events, clock, log }: ObserverOptions): {
  readonly hooks: HookSet
  readonly totals: ServerTotals
} {
  const hooks = new HookSet(config, { clock, log })
  const totals = new ServerTotals()
  events.add(hooks)
  events.add(totals)
  registry.observe(new StreamEvents(clock, events))
  registry.observe(totals)
  return { hooks, totals }
}
