import type { Collection, StoredDocument, StoredValue } from '../../contracts/store.ts'
import { StoreError } from '../../core/errors.ts'
import type { Contents } from '../contents.ts'

/** Written into the file, so that a later version knows what it reads. */
const formatVersion = 1

type JsonFile = {
  readonly format: number
  readonly collections: Readonly<Record<string, Readonly<Record<string, JsonDocument>>>>
}

type JsonDocument = { readonly revision: string; readonly value: StoredValue }

export function formatContents(contents: Contents): string {
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
export function parseContents(text: string): Contents {
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
