import type { StampedEvent } from '../contracts/events.ts'

export type DeliveryQueueOptions = {
  /** Events that wait. When there are more, the oldest is dropped. */
  readonly limit: number
  /** Deliveries at a time. */
  readonly concurrency: number
  /** Never rejects. */
  readonly deliver: (event: StampedEvent) => Promise<void>
  readonly onDropped: (event: StampedEvent) => void
}

/**
 * Events on their way to one hook. Those of one stream, and those of one connection, are delivered in order, one after
 * the other; others do not wait for them.
 */
export class DeliveryQueue {
  readonly #options: DeliveryQueueOptions
  readonly #waiting: StampedEvent[] = []
  readonly #underway = new Set<StampedEvent>()
  readonly #idle: (() => void)[] = []

  constructor(options: DeliveryQueueOptions) {
    this.#options = options
  }

  get waitingCount(): number {
    return this.#waiting.length
  }

  get underwayCount(): number {
    return this.#underway.size
  }

  push(event: StampedEvent): void {
    this.#waiting.push(event)
    this.#start()
    if (this.#waiting.length > this.#options.limit) this.#drop(1)
  }

  /** Drop what waits. What is underway ends as it will. */
  clear(): void {
    this.#drop(this.#waiting.length)
  }

  /** Resolves when nothing waits and nothing is underway. */
  untilIdle(): Promise<void> {
    if (this.#waiting.length + this.#underway.size === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Deliver all that may be delivered now: none whose stream or connection has an earlier event. */
  #start(): void {
    if (this.#underway.size >= this.#options.concurrency) return
    const taken = new Set([...this.#underway].flatMap(subjectsOf))
    for (let at = 0; at < this.#waiting.length && this.#underway.size < this.#options.concurrency; ) {
      const event = this.#waiting[at]
      if (event === undefined) return
      const subjects = subjectsOf(event)
      const isFree = subjects.every(subject => !taken.has(subject))
      for (const subject of subjects) taken.add(subject)
      if (isFree) {
        this.#waiting.splice(at, 1)
        void this.#deliver(event)
      } else at++
    }
  }

  async #deliver(event: StampedEvent): Promise<void> {
    this.#underway.add(event)
    await this.#options.deliver(event)
    this.#underway.delete(event)
    this.#start()
    this.#tellIdle()
  }

  #drop(count: number): void {
    for (const event of this.#waiting.splice(0, count)) this.#options.onDropped(event)
    this.#tellIdle()
  }

  #tellIdle(): void {
    if (this.#waiting.length + this.#underway.size > 0) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** What an event is about. Those about nothing of their own are in order among each other. */
function subjectsOf({ event }: StampedEvent): readonly string[] {
  const subjects: string[] = []
  if ('stream' in event && event.stream !== '') subjects.push(`stream ${event.stream}`)
  if ('connection' in event) subjects.push(`connection ${event.connection}`)
  return subjects.length === 0 ? ['server'] : subjects
}
