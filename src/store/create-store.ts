import { join } from 'node:path'
import type { Store } from '../contracts/store.ts'
import type { StoreUrl } from './config.ts'
import { JsonStore } from './json/json-store.ts'

/** Opens nothing: that comes with the first use, and may fail then. */
export function createStore({ folder }: StoreUrl): Store {
  return new JsonStore(join(folder, 'sluice.json'))
}
