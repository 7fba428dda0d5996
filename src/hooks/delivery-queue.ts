import type { LoggedEvent } from '../contracts/event-log.ts'
import type { StampedEvent } from '../contracts/events.ts'

export type Delivery = readonly [LoggedEvent, ...LoggedEvent[]]

export type DeliveryQueueOptions = {
  /** Deliveries at a time. */
  readonly concurrency: number
  /** Events of one delivery. If that is more than one, there is one delivery at a time. */
  readonly maxBatch: number
  /** Never rejects. */
  readonly deliver: (delivery: Delivery) => Promise<void>
  /** There is room for more. */
  readonly onDelivered: () => void
}

/**
 * Events on their way to one hook. Those of one stream, and those of one connection, are delivered in order, one after
 * the other or together; others do not wait for them. Whoever fills it bounds it.
 */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions
  #waiting: LoggedEvent[] = []
  readonly #underway = new Set<LoggedEvent>()
  #deliveries = 0

  constructor(options: DeliveryQueueOptions) {
    this.#options = options
  }

  get waitingCount(): number {
    return this.#waiting.length
  }

  get underwayCount(): number {
    return this.#underway.size
  }

  /** The event that came first of those that are not delivered. */
  get oldest(): StampedEvent | undefined {
    for (const { event } of this.#underway) return event
    return this.#waiting[0]?.event
  }

  push(events: readonly LoggedEvent[]): void {
    this.#waiting.push(...events)
    this.#start()
  }

  /** Forget the oldest that waits. */
  dropOldest(): LoggedEvent | undefined {
    return this.#waiting.shift()
  }

  /** Forget what waits. What is underway ends as it will. */
  clear(): void {
    this.#waiting = []
  }

  #start(): void {
    if (this.#options.maxBatch > 1) this.#startBatch()
    else this.#startSingle()
  }

  #startBatch(): void {
    if (this.#deliveries > 0) return
    const [first, ...others] = this.#waiting.splice(0, this.#options.maxBatch)
    if (first !== undefined) void this.#deliver([first, ...others])
  }

  /** Deliver all that may be delivered now: none whose stream or connection has an earlier event. */
  #startSingle(): void {
    const { concurrency } = this.#options
    if (this.#deliveries >= concurrency) return
    const taken = new Set([...this.#underway].flatMap(subjectsOf))
    for (let at = 0; at < this.#waiting.length && this.#deliveries < concurrency; ) {
      const event = this.#waiting[at]
      if (event === undefined) return
      const subjects = subjectsOf(event)
      const isFree = subjects.every(subject => !taken.has(subject))
      for (const subject of subjects) taken.add(subject)
      if (isFree) {
        this.#waiting.splice(at, 1)
        void this.#deliver([event])
      } else at++
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    this.#deliveries++
    for (const event of delivery) this.#underway.add(event)
    await this.#options.deliver(delivery)
    for (const event of delivery) this.#underway.delete(event)
    this.#deliveries--
    this.#start()
    this.#options.onDelivered()
  }
}

/** What an event is about. Those about nothing of their own are in order among each other. */
function subjectsOf({ event: { event } }: LoggedEvent): readonly string[] {
  const subjects: string[] = []
  if ('stream' in event && event.stream !== '') subjects.push(`stream ${event.stream}`)
  if ('connection' in event) subjects.push(`connection ${event.connection}`)
  return subjects.length === 0 ? ['server'] : subjects
}
