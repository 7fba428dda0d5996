import type { ConnectionReports, Reporter } from '../contracts/connection-reports.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'

type Counted<Counters> = Readonly<Record<keyof Counters, number>>
type Sum<Counters> = Record<keyof Counters, number>

/** What all connections of one kind say, and what those have counted that are gone. */
export class ReportBook<Counters extends Counted<Counters>, Report extends Counters = Counters>
  implements ConnectionReports<Counters, Report>
{
  readonly #zero: Counted<Counters>
  readonly #registry: Pick<StreamRegistry, 'get'>
  /** By connection. */
  readonly #reporters = new Map<string, Reporter<Counters, Report>>()
  readonly #closed: Sum<Counters>
  /** Of streams that exist. */
  readonly #closedByStream = new Map<string, Sum<Counters>>()

  /** @param zero What nobody has counted yet. */
  constructor(zero: Counted<Counters>, registry: StreamRegistry) {
    this.#zero = zero
    this.#closed = { ...zero }
    this.#registry = registry
    registry.observe({ onRemoved: ({ name }) => this.#closedByStream.delete(name) })
  }

  open(reporter: Reporter<Counters, Report>): void {
    this.#reporters.set(reporter.connection, reporter)
  }

  close(reporter: Reporter<Counters, Report>): void {
    const { connection, stream } = reporter
    if (this.#reporters.get(connection) !== reporter) return
    this.#reporters.delete(connection)
    const counters = reporter.counters()
    this.#add(this.#closed, counters)
    if (this.#registry.get(stream) !== undefined) this.#add(this.#sumOf(this.#closedByStream, stream), counters)
  }

  of(connection: string): Report | undefined {
    return this.#reporters.get(connection)?.report()
  }

  /** What all have counted since the start of the server. */
  total(): Counted<Counters> {
    const total = { ...this.#closed }
    for (const { counters } of this.#reporters.values()) this.#add(total, counters())
    return total
  }

  /** What was counted for each stream since that exists. */
  byStream(): ReadonlyMap<string, Counted<Counters>> {
    const sums = new Map([...this.#closedByStream].map(([stream, sum]) => [stream, { ...sum }]))
    for (const { stream, counters } of this.#reporters.values()) {
      if (this.#registry.get(stream) !== undefined) this.#add(this.#sumOf(sums, stream), counters())
    }
    return sums
  }

  #sumOf(sums: Map<string, Sum<Counters>>, stream: string): Sum<Counters> {
    const sum = sums.get(stream) ?? { ...this.#zero }
    sums.set(stream, sum)
    return sum
  }

  #add(sum: Sum<Counters>, counters: Counted<Counters>): void {
    for (const name of Object.keys(this.#zero) as (keyof Counters)[]) sum[name] += counters[name]
  }
}
