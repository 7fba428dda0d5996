import type { Dialect, RawBuilder } from 'kysely'
import type { Explain } from '../failure.ts'

/** What the SQL stores do not have in common. */
export type SqlDatabase = {
  readonly dialect: Dialect
  readonly columns: {
    /** A text of up to so many characters, of which no two are taken for the same. */
    readonly key: (length: number) => RawBuilder<unknown>
    /** A text of any length. */
    readonly value: RawBuilder<unknown>
  }
  readonly explain: Explain
}
