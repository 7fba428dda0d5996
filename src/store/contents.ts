import type { Change, Collection, StoredDocument } from '../contracts/store.ts'
import { StoreError } from '../core/errors.ts'

/** Documents by collection and key. Never changed: a change makes another one. */
export type Contents = ReadonlyMap<Collection, ReadonlyMap<string, StoredDocument>>

export const noContents: Contents = new Map()

export function documentsIn(contents: Contents, collection: Collection): readonly StoredDocument[] {
  return [...(contents.get(collection)?.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/**
 * The contents after changes, and the documents that were put.
 *
 * @param newRevision Makes a text that was never a revision before.
 * @throws {StoreError} If a change does not find what it expects.
 */
export function changed(
  contents: Contents,
  changes: readonly Change[],
  newRevision: () => string,
): { readonly contents: Contents; readonly put: readonly StoredDocument[] } {
  const collections = new Map([...contents].map(([name, documents]) => [name, new Map(documents)]))
  const put: StoredDocument[] = []
  for (const change of changes) {
    const { collection, key } = change
    const documents = collections.get(collection) ?? new Map<string, StoredDocument>()
    collections.set(collection, documents)
    checkExpectation(change, documents.get(key))
    if (change.kind === 'remove') documents.delete(key)
    else {
      const document = { key, revision: newRevision(), value: change.value }
      documents.set(key, document)
      put.push(document)
    }
  }
  return { contents: collections, put }
}

function checkExpectation({ expected, key }: Change, found: StoredDocument | undefined): void {
  if (expected === 'anything') return
  const isMet = expected === 'nothing' ? found === undefined : found?.revision === expected.revision
  if (isMet) return
  const problem = found === undefined ? 'it is not there' : 'it is another one by now'
  throw new StoreError(
    'conflict',
    `Cannot change ${key}: ${expected === 'nothing' ? 'it is there already' : problem}`,
    {
      key,
    },
  )
}
