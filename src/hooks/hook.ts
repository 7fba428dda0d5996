import type { Clock } from '../contracts/clock.ts'
import type { EventLog, LoggedEvent } from '../contracts/event-log.ts'
import type { EventType, StampedEvent } from '../contracts/events.ts'
import type { HookState, HookStatus, HookType } from '../contracts/hooks.ts'
import type { Log } from '../contracts/log.ts'
import type { PathPattern } from '../core/path-pattern.ts'
import type { Milliseconds } from '../core/units.ts'
import { type AttemptLimits, DeliveryAttempts } from './delivery-attempts.ts'
import { DeliveryError } from './delivery-error.ts'
import { type Delivery, DeliveryQueue } from './delivery-queue.ts'
import { eventFilter } from './event-filter.ts'
import { HookBacklog } from './hook-backlog.ts'
import type { HookProgress } from './hook-progress.ts'
import type { HookTarget, Receipt } from './hook-target.ts'
import { QuietLog } from './quiet-log.ts'

export type HookOptions = AttemptLimits & {
  readonly name: string
  readonly type: HookType
  readonly events: readonly EventType[]
  /** Streams whose events it takes; `undefined` for all events, also those of no stream. */
  readonly streams: readonly PathPattern[] | undefined
  readonly target: HookTarget
  /** Events that may wait. When there are more, the oldest go. */
  readonly queue: number
  readonly concurrency: number
  readonly journal: EventLog
  readonly progress: HookProgress
  /** Called with events that were given up. */
  readonly onGivenUp: (events: readonly StampedEvent[], reason: string) => void
  /** Called when some event is done with. */
  readonly onProgress: () => void
  readonly clock: Clock
  readonly log: Log
}

/** Events of one hook in memory, beside those that came with them from the journal. The others wait there. */
const windowLength = 256

/** Events that may be delivered behind one that is not yet. What is kept of them is bounded, so they wait in the end. */
const maxSpan = 4096

/** Delivers the events that one hook asks for. Whatever its target does, only this hook notices. */
export class Hook {
  readonly #options: HookOptions
  readonly #isOfInterest: (event: StampedEvent) => boolean
  readonly #backlog: HookBacklog
  readonly #queue: DeliveryQueue
  readonly #attempts: DeliveryAttempts
  readonly #log: QuietLog
  readonly #closing = new AbortController()
  readonly #idle: (() => void)[] = []
  #isFilling = false
  #isOpen = false
  #delivered = 0
  #failed = 0
  #dropped = 0
  #retries = 0
  #isFailing = false
  #lastError: string | undefined
  #lastDelivery: Milliseconds | undefined

  constructor(options: HookOptions) {
    this.#options = options
    const { events: types, streams, journal, progress, target, concurrency, clock } = options
    const { signal } = this.#closing
    this.#isOfInterest = eventFilter({ types, streams })
    this.#log = new QuietLog(options.log.child({ hook: options.name }), clock)
    this.#backlog = new HookBacklog({ journal, progress, wants: event => this.#wants(event) })
    this.#queue = new DeliveryQueue({
      concurrency,
      maxBatch: target.maxBatch,
      deliver: delivery => this.#deliver(delivery),
      onDelivered: () => this.#fill(),
    })
    this.#attempts = new DeliveryAttempts({ ...options, signal, onRetry: error => this.#retry(error) })
  }

  get status(): HookStatus {
    const { name, type, target, events } = this.#options
    return {
      ...{ name, type, events, target: target.shown },
      state: this.#state(),
      queued: this.#waiting,
      oldestWaiting: this.#queue.oldest?.time,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
      retries: this.#retries,
      lastError: this.#lastError,
      lastDelivery: this.#lastDelivery,
    }
  }

  /** Go on where the progress stands. */
  async open(): Promise<void> {
    await this.#backlog.open()
    this.#isOpen = true
    this.#fill()
  }

  /** The journal has more events. */
  appended(events: readonly LoggedEvent[]): void {
    if (this.#closing.signal.aborted) return
    this.#backlog.appended(events)
    this.#fill()
  }

  /**
   * Deliver at once, in one attempt.
   *
   * @throws {DeliveryError}
   */
  async test(event: StampedEvent): Promise<Receipt> {
    if (!this.#options.target.accepts(event.event)) {
      throw new DeliveryError('it has no words for a test', { isFinal: true })
    }
    return this.#attempts.once([event])
  }

  /** Resolves when everything that is in the journal is delivered or given up. */
  flush(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Stop. What is not delivered by then is left to whoever goes on with the progress. Idempotent. */
  close(): void {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    this.#backlog.close()
    this.#queue.clear()
    this.#options.progress.rewind()
    this.#options.target.close()
    this.#tellIdle()
  }

  get #waiting(): number {
    return this.#backlog.length + this.#queue.waitingCount
  }

  #wants(event: StampedEvent): boolean {
    return this.#isOfInterest(event) && this.#options.target.accepts(event.event)
  }

  #fill(): void {
    this.#trim()
    if (this.#isOpen && !this.#isFilling) void this.#fillWindow()
  }

  async #fillWindow(): Promise<void> {
    this.#isFilling = true
    while (this.#hasRoom() && this.#backlog.hasMore && !this.#closing.signal.aborted) {
      const { events, lost } = await this.#backlog.take()
      if (lost > 0) this.#drop(lost, 'they had to make room in the journal')
      this.#queue.push(events)
      this.#trim()
    }
    this.#isFilling = false
    this.#tellIdle()
  }

  #hasRoom(): boolean {
    return this.#queue.waitingCount < windowLength && this.#options.progress.span < maxSpan
  }

  /** More than may wait: the oldest go. */
  #trim(): void {
    const dropped: StampedEvent[] = []
    while (this.#waiting > this.#options.queue) {
      const oldest = this.#queue.dropOldest()
      if (oldest === undefined) break
      this.#options.progress.done(oldest.position)
      dropped.push(oldest.event)
    }
    if (dropped.length === 0) return
    this.#options.onGivenUp(dropped, 'too many wait')
    this.#drop(dropped.length, 'too many wait')
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const [first, ...others] = delivery
    const error = await this.#attempts.untilDone([first.event, ...others.map(({ event }) => event)])
    // What was not taken by then is left to whoever comes after this.
    if (this.#closing.signal.aborted) return
    if (error === undefined) this.#succeed(delivery.length)
    else this.#giveUp(delivery, error)
    for (const { position } of delivery) this.#options.progress.done(position)
    this.#options.onProgress()
  }

  #succeed(count: number): void {
    this.#delivered += count
    this.#lastDelivery = this.#options.clock.wall()
    if (this.#isFailing) this.#log.now('HOOK_BACK', 'Events are delivered again')
    this.#isFailing = false
  }

  #giveUp(delivery: Delivery, { message }: DeliveryError): void {
    const [{ event }, ...others] = delivery
    this.#options.onGivenUp(
      delivery.map(one => one.event),
      message,
    )
    this.#failed += delivery.length
    this.#lastError = message
    this.#isFailing = true
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    this.#log.warn('HOOK_FAILED', `Cannot deliver ${event.event.type}${more}: ${message}`, { event: event.id })
  }

  #retry({ message }: DeliveryError): void {
    this.#retries++
    this.#lastError = message
    if (!this.#isFailing) this.#log.warn('HOOK_RETRYING', `Cannot deliver events yet: ${message}`, {})
    this.#isFailing = true
  }

  #drop(count: number, why: string): void {
    this.#dropped += count
    this.#log.warn('HOOK_DROPPED', `Cannot deliver ${count} events: ${why}`, {})
    this.#options.onProgress()
  }

  #state(): HookState {
    if (this.#isFailing) return 'failing'
    return this.#queue.underwayCount > 0 ? 'delivering' : 'idle'
  }

  #isIdle(): boolean {
    if (this.#closing.signal.aborted) return true
    return !this.#backlog.hasMore && this.#queue.waitingCount + this.#queue.underwayCount === 0
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return
    for (const resolve of this.#idle.splice(0)) resolve()
  }
}
