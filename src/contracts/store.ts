/** What kind of thing a document is about. */
export type Collection = 'streams' | 'hooks'

/** A JSON object. */
export type StoredValue = Readonly<Record<string, unknown>>

export type StoredDocument = {
  readonly key: string
  /** Changes with each write, and never comes back. */
  readonly revision: string
  readonly value: StoredValue
}

/** What a change demands to find, so that nobody writes over what he has not read. */
export type Expectation = 'anything' | 'nothing' | { readonly revision: string }

export type Change =
  | {
      readonly kind: 'put'
      readonly collection: Collection
      readonly key: string
      readonly value: StoredValue
      readonly expected: Expectation
    }
  | {
      readonly kind: 'remove'
      readonly collection: Collection
      readonly key: string
      readonly expected: Exclude<Expectation, 'nothing'>
    }

/**
 * Where what is managed through the API is kept. All implementations behave alike: test/conformance/store.ts says how.
 * Every method may throw a StoreError whose fault is `unavailable` or `damaged`, and may be called again then.
 */
export interface Store {
  /** All documents of a collection, sorted by key. */
  list(collection: Collection): Promise<readonly StoredDocument[]>
  /** Another text after each change, whichever server makes it. Cheap enough to be asked all the time. */
  state(): Promise<string>
  /**
   * Make all changes or, if one of them does not find what it expects, none. Resolves when they would survive a loss of
   * power, to the documents that were put, in the order of the changes. Without changes, it shows whether any could be
   * made.
   *
   * @throws {StoreError} With the fault `conflict` and the key of the change that was not met.
   */
  apply(changes: readonly Change[]): Promise<readonly StoredDocument[]>
  /** Idempotent. Waits for what was begun. */
  close(): Promise<void>
}
