import type { DocumentProblem } from '../core/errors.ts'
import type { Expectation, StoredValue } from './store.ts'

/** What somebody has said of a stream before anybody publishes it. */
export type DeclaredStream = {
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

/**
 * The declared streams, and the way to change them. A change that resolves is kept and in force.
 *
 * All changes may throw a DocumentError with everything that is wrong, a StoreError, or a RequestError where the
 * configuration file has declared the stream.
 */
export interface DeclaredStreams {
  /** Sorted by name. */
  list(): readonly DeclaredStream[]
  get(name: string): DeclaredStream | undefined
  /** Declare a stream, whole. */
  put(name: string, document: unknown, expected: Expectation): Promise<DeclaredStream>
  /**
   * Change some members of what was declared (RFC 7396).
   *
   * @returns `undefined` if the stream is not declared.
   */
  patch(name: string, patch: unknown, expected: DeclaredExpectation): Promise<DeclaredStream | undefined>
  /** False if it is not declared. */
  remove(name: string, expected: DeclaredExpectation): Promise<boolean>
}
