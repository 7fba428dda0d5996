import type { Readable } from 'node:stream'

/** What somebody wants to hear of. */
export type EventFeedFilter = {
  /** Types, with `*` for any text; none for all. */
  readonly types: readonly string[]
  /** Patterns of stream names; none for all events, also those of no stream. */
  readonly streams: readonly string[]
}

/** Events for those who listen, as server-sent events. */
export interface EventFeeds {
  /** The JSON schema of all events. */
  readonly schema: Readonly<Record<string, unknown>>
  /**
   * @param lastId Id of the event that was heard last; without it, only what happens from now on is told.
   * @throws {RequestError} If the filter or the id is wrong, or too many listen.
   */
  open(filter: EventFeedFilter, lastId: string | undefined): Readable
}
