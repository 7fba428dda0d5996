import type { Clock } from '../contracts/clock.ts'
import type { Log } from '../contracts/log.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import { reasonOf } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { ContainedFault, FaultSink } from '../hub/contained-fault.ts'

type Part = ContainedFault['part']
type Count = { total: number; loggedAt: Milliseconds; leftOut: number }

/** Peers come again and again: a fault that each of them meets does not fill the log. */
const logInterval: Milliseconds = 1000

/** Counts the faults that were contained, and tells the operator of them with their stack: once a second and part at most. */
export class FaultLog {
  readonly #clock: Clock
  readonly #log: Log
  readonly #counts: Readonly<Record<Part, Count>> = {
    reader: newCount(),
    format: newCount(),
    connection: newCount(),
    relay: newCount(),
  }

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock
    this.#log = log
  }

  get metrics(): MetricSource {
    return [
      {
        type: 'counter',
        name: 'sluice_faults_contained_total',
        help: 'Faults of this server that ended a reader, the readers of a format, a connection or a relay',
        labels: ['part'],
        read: () => Object.entries(this.#counts).map(([part, { total: value }]) => ({ labels: { part }, value })),
      },
    ]
  }

  readonly report: FaultSink = fault => {
    const count = this.#counts[fault.part]
    count.total++
    const now = this.#clock.now()
    if (now - count.loggedAt < logInterval) {
      count.leftOut++
      return
    }
    this.#tell(fault, count.leftOut)
    count.loggedAt = now
    count.leftOut = 0
  }

  #tell({ part, name, stream, connection, error }: ContainedFault, leftOut: number): void {
    const stack = error instanceof Error ? error.stack : undefined
    const fields = { part, name, stream, connection, stack, ...(leftOut > 0 && { leftOut }) }
    this.#log.error('FAULT_CONTAINED', `Ended by a fault of this server: ${reasonOf(error)}`, fields)
  }
}

function newCount(): Count {
  return { total: 0, loggedAt: Number.NEGATIVE_INFINITY, leftOut: 0 }
}
