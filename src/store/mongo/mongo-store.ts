import { randomUUID } from 'node:crypto'
import type { Change, Collection, Store, StoredDocument, StoredValue } from '../../contracts/store.ts'
import { StoreError } from '../../core/errors.ts'
import { type Contents, changed, documentsIn } from '../contents.ts'
import { closedFailure, failureOf } from '../failure.ts'
import type { KeptContents, KeptDocument, MongoDatabase } from './mongo-database.ts'

const formatVersion = 1

/** Attempts to change what other servers change at the same time. */
const maxAttempts = 100

/**
 * Documents in one document of MongoDB, which is replaced if nobody else has replaced it: changes are made together on
 * any server, also where there are no transactions (those need a replica set).
 */
export class MongoStore implements Store {
  readonly #place: string
  readonly #load: () => Promise<MongoDatabase>
  #opened: Promise<MongoDatabase> | undefined
  #database: MongoDatabase | undefined
  /** One change of this server at a time: more would only be in each other's way. */
  #work: Promise<unknown> = Promise.resolve()
  #isClosed = false

  /** @param load Loads the driver. Called with the first use, and again after it has failed. */
  constructor(place: string, load: () => Promise<MongoDatabase>) {
    this.#place = place
    this.#load = load
  }

  async list(collection: Collection): Promise<readonly StoredDocument[]> {
    if (this.#isClosed) throw closedFailure(this.#place)
    return documentsIn(contentsOf(await this.#read()), collection)
  }

  async state(): Promise<string> {
    if (this.#isClosed) throw closedFailure(this.#place)
    const found = await this.#using(({ contents }) =>
      contents.findOne({ _id: 'contents' }, { projection: { revision: 1 } }),
    )
    return found?.revision ?? 'nothing'
  }

  apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    if (this.#isClosed) return Promise.reject(closedFailure(this.#place))
    const put = this.#work.then(() => this.#apply(changes))
    this.#work = put.catch(() => undefined)
    return put
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#work
    const database = await this.#opened?.catch(() => undefined)
    await database?.close()
  }

  async #apply(changes: readonly Change[]): Promise<readonly StoredDocument[]> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const before = await this.#read()
      const { contents, put } = changed(contentsOf(before), changes, randomUUID)
      if (await this.#replace(before, contents)) return put
    }
    throw new StoreError('unavailable', `Cannot use the store ${this.#place}: others change it all the time`)
  }

  async #read(): Promise<KeptContents> {
    const found = await this.#using(({ contents }) => contents.findOne({ _id: 'contents' }))
    if (found === null) throw new StoreError('unavailable', `Cannot use the store ${this.#place}: it was emptied`)
    if (found.format <= formatVersion) return found
    const message = `Cannot use the store ${this.#place}: a later version wrote it (format ${found.format})`
    throw new StoreError('damaged', message)
  }

  /** False if somebody else was faster. */
  async #replace({ _id, revision }: KeptContents, contents: Contents): Promise<boolean> {
    const next = { format: formatVersion, revision: randomUUID(), documents: keptOf(contents) }
    const { matchedCount } = await this.#using(database => database.contents.replaceOne({ _id, revision }, next))
    return matchedCount === 1
  }

  /** @throws {StoreError} */
  async #using<Value>(work: (database: MongoDatabase) => Promise<Value>): Promise<Value> {
    try {
      this.#opened ??= this.#open()
      return await work(await this.#opened)
    } catch (error) {
      throw failureOf(this.#place, error, this.#database?.explain)
    }
  }

  async #open(): Promise<MongoDatabase> {
    try {
      this.#database = await this.#load()
      await begin(this.#database)
      return this.#database
    } catch (error) {
      this.#opened = undefined
      await this.#database?.close()
      throw error
    }
  }
}

/** Servers that start at once find the same beginning. */
async function begin({ contents }: MongoDatabase): Promise<void> {
  try {
    await contents.insertOne({ _id: 'contents', format: formatVersion, revision: randomUUID(), documents: [] })
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === duplicateKey
    if (!isThere) throw error
  }
}

const duplicateKey = 11000

function contentsOf({ documents }: KeptContents): Contents {
  const byCollection = Map.groupBy(documents, ({ collection }) => collection as Collection)
  return new Map(
    [...byCollection].map(([name, kept]) => [
      name,
      new Map(kept.map(document => [document.key, documentOf(document)])),
    ]),
  )
}

function documentOf({ key, revision, value }: KeptDocument): StoredDocument {
  try {
    return { key, revision, value: JSON.parse(value) as StoredValue }
  } catch (cause) {
    throw new StoreError('damaged', `Cannot read what is kept of ${key}: it is no JSON`, { cause, key })
  }
}

function keptOf(contents: Contents): readonly KeptDocument[] {
  return [...contents].flatMap(([collection, documents]) =>
    [...documents.values()].map(({ key, revision, value }) => {
      return { collection, key, revision, value: JSON.stringify(value) }
    }),
  )
}
