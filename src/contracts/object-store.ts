import type { Bytes } from '../core/units.ts'

/** Bytes that can be read again and again, so that what failed is sent once more. Never changed. */
export type ObjectSource = {
  readonly size: Bytes
  /** From `start` up to, and without, `end`. */
  readonly read: (start: Bytes, end: Bytes) => Promise<Uint8Array>
}

/** What a list says of an object. */
export type ObjectFacts = { readonly key: string; readonly size: Bytes }

/**
 * Objects under keys, as a bucket has them: whole or not there, and replaced by what is put in their place. Keys have none
 * of `!'()*`, which clients sign in different ways.
 *
 * Each method rejects with a `RefusedError` if the store says no, and with a `ConnectionError` if it cannot be reached,
 * takes too long or breaks off; the message has no secret.
 */
export interface ObjectStore {
  /** Where it is, for people. */
  readonly place: string
  /** Reads the source piece by piece. What an earlier attempt has sent of it is not sent again where the store tells. */
  put(key: string, source: ObjectSource, mediaType: string): Promise<void>
  /** True if the object is there and has just these bytes; false also where the store does not say. */
  holds(key: string, source: ObjectSource): Promise<boolean>
  /** `undefined` if it is not there. */
  sizeOf(key: string): Promise<Bytes | undefined>
  /** From `start` up to, and without, `end`, which lie within the object; `undefined` if it is not there. */
  read(key: string, start: Bytes, end: Bytes): Promise<Uint8Array | undefined>
  /** Objects whose keys begin so, in the order of their keys. */
  list(prefix: string): AsyncIterable<ObjectFacts>
  /** What keys that begin so have behind that, up to a slash: each name once. */
  folders(prefix: string): AsyncIterable<string>
  /** Those that are not there are no error. */
  remove(keys: readonly string[]): Promise<void>
  /** Breaks off what is going on. Idempotent. */
  close(): Promise<void>
}
