import type { ObjectStore } from '../../../contracts/object-store.ts'
import { WorkLimit } from '../../../core/work-limit.ts'
import { deepest, dvrFolder } from '../find-streams.ts'

/** Keys with slashes are a tree of folders. What is directly in one, that has something in it. */
export async function namesUnder(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const names: string[] = []
  for await (const name of store.folders(prefix)) names.push(name)
  return names
}

/** Requests at a time. */
const mostAsked = 8

/** The names of the streams of which a bucket has something. */
export async function findArchivedStreams(store: ObjectStore, prefix: string): Promise<readonly string[]> {
  const limit = new WorkLimit({ running: mostAsked, waiting: Number.POSITIVE_INFINITY })
  const found: string[] = []
  const look = async (name: string, depth: number): Promise<void> => {
    const asked = await limit.run(() => namesUnder(store, name === '' ? prefix : `${prefix}${name}/`))
    const names = asked?.result ?? []
    if (name !== '' && names.includes(dvrFolder)) found.push(name)
    if (depth === deepest) return
    const inner = names.filter(other => other !== dvrFolder)
    await Promise.all(inner.map(other => look(name === '' ? other : `${name}/${other}`, depth + 1)))
  }
  await look('', 0)
  return found
}

/** Keys that are removed in one request. */
const mostKeys = 1000

/** Remove everything whose key begins so. */
export async function removeUnder(store: ObjectStore, prefix: string): Promise<void> {
  let keys: string[] = []
  for await (const { key } of store.list(prefix)) {
    if (keys.push(key) < mostKeys) continue
    await store.remove(keys)
    keys = []
  }
  if (keys.length > 0) await store.remove(keys)
}
