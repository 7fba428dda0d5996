import { join } from 'node:path'
import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { Store } from '../contracts/store.ts'
import type { StoreConfig, StoreUrl } from './config.ts'
import { GuardedStore } from './guarded-store.ts'
import { JsonStore } from './json/json-store.ts'

/** Opens nothing: that comes with the first use, and may fail then. */
export function createStore(
  { url, ...limits }: StoreConfig,
  parts: { readonly clock: Clock; readonly log: Log },
): GuardedStore {
  return new GuardedStore({ store: openStore(url), ...limits, ...parts })
}

function openStore({ folder }: StoreUrl): Store {
  return new JsonStore(join(folder, 'sluice.json'))
}
