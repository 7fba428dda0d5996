/** A connection that can say how it is, while it carries a stream. */
export type Reporter<Counters, Report extends Counters> = {
  /** Id of its publisher or subscriber. */
  readonly connection: string
  readonly stream: string
  /** What it has counted since its start. Numbers that only grow, cheap to ask for. */
  readonly counters: () => Counters
  /** How it is now. Computed when asked. */
  readonly report: () => Report
}

/** Where connections of one kind say how they are. What they have counted is not lost when they go. */
export interface ConnectionReports<Counters, Report extends Counters = Counters> {
  /** To be called once. */
  open(reporter: Reporter<Counters, Report>): void
  /** It counts no more. Idempotent. */
  close(reporter: Reporter<Counters, Report>): void
  /** Of the publisher or subscriber with that id; `undefined` if it has nothing of this kind to say. */
  of(connection: string): Report | undefined
}
