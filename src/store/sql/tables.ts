/** The tables of a database, as Kysely knows them. */
export type StoreTables = {
  readonly sluice_documents: {
    readonly collection: string
    readonly document_key: string
    readonly revision: string
    /** JSON. */
    readonly value: string
  }
  /** One row. */
  readonly sluice_state: {
    readonly id: number
    /** Another one after each change. Who writes it holds the row until its change is made, so that there is one at a time. */
    readonly revision: string
  }
}

export const stateRow = 1
