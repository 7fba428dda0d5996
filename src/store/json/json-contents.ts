import type { Change, Collection, StoredDocument, StoredValue } from '../../contracts/store.ts'
import { StoreError } from '../../core/errors.ts'

/** What stands in the file. Never changed: a change makes another one. */
export type JsonContents = ReadonlyMap<Collection, ReadonlyMap<string, StoredDocument>>

/** Written into the file, so that a later version knows what it reads. */
const formatVersion = 1

type JsonFile = {
  readonly format: number
  readonly collections: Readonly<Record<string, Readonly<Record<string, JsonDocument>>>>
}

type JsonDocument = { readonly revision: string; readonly value: StoredValue }

export const noContents: JsonContents = new Map()

export function documentsIn(contents: JsonContents, collection: Collection): readonly StoredDocument[] {
  return [...(contents.get(collection)?.values() ?? [])].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/**
 * The contents after changes, and the documents that were put.
 *
 * @param newRevision Makes a text that was never a revision before.
 * @throws {StoreError} If a change does not find what it expects.
 */
export function changed(
  contents: JsonContents,
  changes: readonly Change[],
  newRevision: () => string,
): { readonly contents: JsonContents; readonly put: readonly StoredDocument[] } {
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

export function formatContents(contents: JsonContents): string {
  const collections = [...contents].map(([name, documents]) => [name, Object.fromEntries(entriesOf(documents))])
  const file: JsonFile = {
    format: formatVersion,
    collections: Object.fromEntries(collections) as JsonFile['collections'],
  }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

function entriesOf(documents: ReadonlyMap<string, StoredDocument>): readonly (readonly [string, JsonDocument])[] {
  return [...documents.values()].map(({ key, revision, value }) => [key, { revision, value }])
}

/** @throws {StoreError} If that is no such file. */
export function parseContents(text: string): JsonContents {
  const file = parseJson(text)
  if (!isJsonFile(file)) throw new StoreError('damaged', 'Cannot read what is kept: the file is not of this form')
  if (file.format > formatVersion) {
    throw new StoreError('damaged', `Cannot read what is kept: a later version wrote it (format ${file.format})`)
  }
  const collections = Object.entries(file.collections).map(
    ([name, documents]) => [name as Collection, documentsOf(documents)] as const,
  )
  return new Map(collections)
}

function documentsOf(documents: Readonly<Record<string, JsonDocument>>): ReadonlyMap<string, StoredDocument> {
  return new Map(Object.entries(documents).map(([key, { revision, value }]) => [key, { key, revision, value }]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StoreError('damaged', 'Cannot read what is kept: the file is no JSON', { cause })
  }
}

function isJsonFile(file: unknown): file is JsonFile {
  if (!isObject(file) || typeof file.format !== 'number' || !isObject(file.collections)) return false
  return Object.values(file.collections).every(
    documents => isObject(documents) && Object.values(documents).every(isDocument),
  )
}

function isDocument(document: unknown): boolean {
  return isObject(document) && typeof document.revision === 'string' && isObject(document.value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
