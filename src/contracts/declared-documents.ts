import type { DocumentProblem } from '../core/errors.ts'
import type { Expectation, StoredValue } from './store.ts'

/** What somebody has said of one thing that the server manages, such as a stream or a hook. */
export type DeclaredDocument = {
  readonly name: string
  /** Where it was said: in the configuration file, or through the API. */
  readonly origin: 'file' | 'api'
  /** Another one after each change. */
  readonly revision: string
  /** As it was written, secrets hidden. */
  readonly document: StoredValue
  /** Why it is not in force: what is kept was written by hand, or by another version. */
  readonly problems: readonly DocumentProblem[]
}

/** What a change expects to find. */
export type DeclaredExpectation = Exclude<Expectation, 'nothing'>

/** What somebody expects to find who declares one, whole; `something` is whatever was declared of it. */
export type PutExpectation = Expectation | 'something'

/** What came of many that were declared together: their names. */
export type DeclaredChanges = {
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: readonly string[]
}

/**
 * All that was declared of one kind, and the way to change it. A change that resolves is kept and in force.
 *
 * All changes may throw a DocumentError with everything that is wrong, a StoreError, or a RequestError where the
 * configuration file has declared it.
 */
export interface DeclaredDocuments {
  /** Sorted by name. */
  list(): readonly DeclaredDocument[]
  get(name: string): DeclaredDocument | undefined
  /** Declare one, whole. */
  put(name: string, document: unknown, expected: PutExpectation): Promise<DeclaredDocument>
  /** Declare several, each whole: all of them or, if anything is wrong with one, none. Those that are not named stay. */
  putAll(documents: ReadonlyMap<string, unknown>): Promise<DeclaredChanges>
  /** Everything that is wrong with them; pointers begin with their names. */
  checkAll(documents: ReadonlyMap<string, unknown>): readonly DocumentProblem[]
  /**
   * Change some members of what was declared (RFC 7396).
   *
   * @returns `undefined` if nobody has declared it.
   */
  patch(name: string, patch: unknown, expected: DeclaredExpectation): Promise<DeclaredDocument | undefined>
  /** False if nobody has declared it. */
  remove(name: string, expected: DeclaredExpectation): Promise<boolean>
}
