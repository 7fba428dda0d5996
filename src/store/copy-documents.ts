import type { Change, Collection, Store } from '../contracts/store.ts'

/** All that there are. */
const collections: Readonly<Record<Collection, true>> = { streams: true, hooks: true }

/**
 * Put all documents of a store into another one, or none if one of them is there already.
 *
 * @returns how many there were.
 * @throws {StoreError}
 */
export async function copyDocuments(from: Store, to: Store): Promise<number> {
  const changes: Change[] = []
  for (const collection of Object.keys(collections) as Collection[]) {
    const documents = await from.list(collection)
    changes.push(...documents.map(({ key, value }) => putNew(collection, key, value)))
  }
  await to.apply(changes)
  return changes.length
}

function putNew(collection: Collection, key: string, value: Readonly<Record<string, unknown>>): Change {
  return { kind: 'put', collection, key, value, expected: 'nothing' }
}
