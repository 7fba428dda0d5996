import { type Collection, MongoClient } from 'mongodb'
import type { Milliseconds } from '../../core/units.ts'
import type { Explain, Explanation } from '../failure.ts'
import type { MongoServer } from '../store-url.ts'

/** Everything that is kept, as one document of MongoDB. */
export type KeptContents = {
  readonly _id: 'contents'
  /** So that a later version knows what it reads. */
  readonly format: number
  /** Another one after each change. */
  readonly revision: string
  readonly documents: readonly KeptDocument[]
}

export type KeptDocument = {
  readonly collection: string
  readonly key: string
  readonly revision: string
  /** JSON: names in it may have dots and dollars, and numbers stay what they are. */
  readonly value: string
}

export type MongoDatabase = {
  readonly contents: Collection<KeptContents>
  readonly explain: Explain
  readonly close: () => Promise<void>
}

/** By the server's error code. @see https://www.mongodb.com/docs/manual/reference/error-codes/ */
const reasons: Readonly<Record<number, string>> = {
  13: 'the user lacks a right (Unauthorized)',
  18: 'the user or the password is wrong (AuthenticationFailed)',
  91: 'the server stops (ShutdownInProgress)',
  189: 'another server takes over (PrimarySteppedDown)',
  10107: 'the server may only be read (NotWritablePrimary)',
  10334: 'all that is kept must fit into 16 MB (BSONObjectTooLarge)',
  14031: "the database's disk is full (OutOfDiskSpace)",
  17280: 'all that is kept must fit into 16 MB (KeyTooLong)',
}

/** A database of a MongoDB server, or of several. */
export async function openMongo(server: MongoServer, timeout: Milliseconds): Promise<MongoDatabase> {
  const { url, user, password, database } = server
  const client = new MongoClient(url, {
    ...(user !== '' && { auth: { username: user, password } }),
    ...{ appName: 'sluice', maxPoolSize: 4, serverSelectionTimeoutMS: timeout, connectTimeoutMS: timeout },
    ...{ socketTimeoutMS: timeout, waitQueueTimeoutMS: timeout },
    // What was answered survives the loss of a server, and nothing is read that might not.
    ...{ writeConcern: { w: 'majority', journal: true }, readConcern: { level: 'majority' } },
  })
  const contents = client.db(database).collection<KeptContents>('sluice_store')
  return { contents, explain, close: () => client.close() }
}

function explain(error: unknown): Explanation | undefined {
  const code = error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN
  const reason = reasons[code]
  return reason === undefined ? undefined : { fault: 'unavailable', reason }
}
