import { randomUUID } from 'node:crypto'
import { Kysely, type Transaction } from 'kysely'
import type { Change, Collection, Store, StoredDocument, StoredValue } from '../../contracts/store.ts'
import { StoreError } from '../../core/errors.ts'
import { type Contents, changed } from '../contents.ts'
import { closedFailure, failureOf } from '../failure.ts'
import { migrate } from './migrations.ts'
import type { SqlDatabase } from './sql-database.ts'
import { type StoreTables, stateRow } from './tables.ts'

type Row = { readonly document_key: string; readonly revision: string; readonly value: string }

/** Rows that one statement reads, removes or adds: databases limit its parameters and its length. */
const rowsAtOnce = 100

/**
 * Documents in the tables of an SQL database, which any number of servers may share: a change first writes the one row
 * of the state, and whoever wants to make another one waits there.
 */
export class SqlStore implements Store {
  readonly #load: () => Promise<SqlDatabase>
  readonly #place: string
  #opened: Promise<Kysely<StoreTables>> | undefined
  #database: SqlDatabase | undefined
  readonly #begun = new Set<Promise<unknown>>()
  #isClosed = false

  /** @param load Loads the driver. Called with the first use, and again after it has failed. */
  constructor(place: string, load: () => Promise<SqlDatabase>) {
    this.#place = place
    this.#load = load
  }

  async list(collection: Collection): Promise<readonly StoredDocument[]> {
    const rows = await this.#using(db =>
      db
        .selectFrom('sluice_documents')
        .select(['document_key', 'revision', 'value'])
        .where('collection', '=', collection)
        .execute(),
    )
    return rows.map(documentOf).sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  async state(): Promise<string> {
    const { revision } = await this.#using(db =>
      db.selectFrom('sluice_state').select('revision').where('id', '=', stateRow).executeTakeFirstOrThrow(),
    )
    return revision
  }

  apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    return this.#using(db =>
      inTransaction(db, async transaction => {
        await transaction
          .updateTable('sluice_state')
          .set({ revision: randomUUID() })
          .where('id', '=', stateRow)
          .execute()
        return applyIn(transaction, changes)
      }),
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#begun)
    const db = await this.#opened?.catch(() => undefined)
    await db?.destroy()
  }

  /** @throws {StoreError} */
  #using<Value>(work: (db: Kysely<StoreTables>) => Promise<Value>): Promise<Value> {
    const done = this.#isClosed ? Promise.reject(closedFailure(this.#place)) : this.#run(work)
    this.#begun.add(done)
    return done.finally(() => this.#begun.delete(done))
  }

  async #run<Value>(work: (db: Kysely<StoreTables>) => Promise<Value>): Promise<Value> {
    try {
      this.#opened ??= this.#open()
      return await work(await this.#opened)
    } catch (error) {
      throw failureOf(this.#place, error, this.#database?.explain)
    }
  }

  async #open(): Promise<Kysely<StoreTables>> {
    let db: Kysely<StoreTables> | undefined
    try {
      const database = await this.#load()
      this.#database = database
      db = new Kysely<StoreTables>({ dialect: database.dialect })
      await migrate(db, database.columns)
      return db
    } catch (error) {
      this.#opened = undefined
      await db?.destroy().catch(() => undefined)
      throw error
    }
  }
}

/** What has ended the transaction is thrown, and not that its end could not be told to a database that is away or full. */
async function inTransaction<Value>(
  db: Kysely<StoreTables>,
  work: (transaction: Transaction<StoreTables>) => Promise<Value>,
): Promise<Value> {
  const failures: unknown[] = []
  const noting = (error: unknown): never => {
    failures.push(error)
    throw error
  }
  // Each statement sees what was there when the state's row was free.
  const transaction = db.transaction().setIsolationLevel('read committed')
  return transaction
    .execute(begun => work(begun).catch(noting))
    .catch(error => {
      throw failures[0] ?? error
    })
}

async function applyIn(db: Transaction<StoreTables>, changes: readonly Change[]): Promise<readonly StoredDocument[]> {
  const touched = Map.groupBy(changes, ({ collection }) => collection)
  const before = new Map<Collection, ReadonlyMap<string, StoredDocument>>()
  for (const [collection, ofCollection] of touched) {
    before.set(collection, await readDocuments(db, collection, keysOf(ofCollection)))
  }
  const { contents, put } = changed(before, changes, randomUUID)
  for (const [collection, ofCollection] of touched) {
    await removeDocuments(db, collection, keysOf(ofCollection))
    await addDocuments(db, collection, contents)
  }
  return put
}

function keysOf(changes: readonly Change[]): readonly string[] {
  return [...new Set(changes.map(({ key }) => key))]
}

async function readDocuments(
  db: Transaction<StoreTables>,
  collection: Collection,
  keys: readonly string[],
): Promise<ReadonlyMap<string, StoredDocument>> {
  const found = new Map<string, StoredDocument>()
  for (const some of groupsOf(keys)) {
    const rows = await db
      .selectFrom('sluice_documents')
      .select(['document_key', 'revision', 'value'])
      .where('collection', '=', collection)
      .where('document_key', 'in', some)
      .execute()
    for (const row of rows) found.set(row.document_key, documentOf(row))
  }
  return found
}

async function removeDocuments(
  db: Transaction<StoreTables>,
  collection: Collection,
  keys: readonly string[],
): Promise<void> {
  for (const some of groupsOf(keys)) {
    const rows = db.deleteFrom('sluice_documents').where('collection', '=', collection)
    await rows.where('document_key', 'in', some).execute()
  }
}

async function addDocuments(db: Transaction<StoreTables>, collection: Collection, contents: Contents): Promise<void> {
  const documents = [...(contents.get(collection)?.values() ?? [])]
  for (const some of groupsOf(documents)) {
    const rows = some.map(({ key, revision, value }) => {
      return { collection, document_key: key, revision, value: JSON.stringify(value) }
    })
    await db.insertInto('sluice_documents').values(rows).execute()
  }
}

function groupsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / rowsAtOnce)
  return Array.from({ length: count }, (_, at) => items.slice(at * rowsAtOnce, (at + 1) * rowsAtOnce))
}

function documentOf({ document_key: key, revision, value }: Row): StoredDocument {
  try {
    return { key, revision, value: JSON.parse(value) as StoredValue }
  } catch (cause) {
    throw new StoreError('damaged', `Cannot read what is kept of ${key}: it is no JSON`, { cause, key })
  }
}
