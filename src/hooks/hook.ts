import type { Clock } from '../contracts/clock.ts'
import type { EventObserver, EventType, StampedEvent } from '../contracts/events.ts'
import type { HookState, HookStatus, HookType } from '../contracts/hooks.ts'
import type { Log } from '../contracts/log.ts'
import { Backoff } from '../core/backoff.ts'
import type { Milliseconds } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import type { HookTarget } from './hook-target.ts'
import { QuietLog } from './quiet-log.ts'

export type HookOptions = {
  readonly name: string
  readonly type: HookType
  readonly events: readonly EventType[]
  readonly target: HookTarget
  /** Time for one attempt. */
  readonly timeout: Milliseconds
  /** Attempts after the first. */
  readonly retries: number
  /** About how long to wait before the second attempt; twice as long before each further one. */
  readonly retryWait: Milliseconds
  readonly queue: number
  readonly concurrency: number
  readonly clock: Clock
  readonly log: Log
}

/** The longest wait before an attempt. */
const longestWait: Milliseconds = 60_000

/** Delivers the events that one hook asks for. Whatever its target does, only this hook notices. */
export class Hook implements EventObserver {
  readonly #options: HookOptions
  readonly #events: ReadonlySet<EventType>
  readonly #queue: DeliveryQueue
  readonly #log: QuietLog
  readonly #closing = new AbortController()
  #delivered = 0
  #failed = 0
  #dropped = 0
  #retries = 0
  #isFailing = false
  #lastError: string | undefined
  #lastDelivery: Milliseconds | undefined

  constructor(options: HookOptions) {
    this.#options = options
    const { events, queue: limit, concurrency, clock } = options
    this.#events = new Set(events)
    this.#log = new QuietLog(options.log.child({ hook: options.name }), clock)
    this.#queue = new DeliveryQueue({
      limit,
      concurrency,
      deliver: event => this.#deliver(event),
      onDropped: event => this.#drop(event),
    })
  }

  get status(): HookStatus {
    const { name, type, target, events } = this.#options
    return {
      ...{ name, type, events, target: target.shown },
      state: this.#state(),
      queued: this.#queue.waitingCount,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
      retries: this.#retries,
      lastError: this.#lastError,
      lastDelivery: this.#lastDelivery,
    }
  }

  observe(event: StampedEvent): void {
    if (this.#closing.signal.aborted || !this.#events.has(event.event.type)) return
    if (this.#options.target.accepts(event.event)) this.#queue.push(event)
  }

  /**
   * Deliver at once, in one attempt.
   *
   * @returns why it failed, `undefined` if it did not.
   */
  async test(event: StampedEvent): Promise<string | undefined> {
    if (!this.#options.target.accepts(event.event)) return 'it has no words for a test'
    return (await this.#attempt(event))?.message
  }

  /** Resolves when everything is delivered or given up. */
  flush(): Promise<void> {
    return this.#queue.untilIdle()
  }

  /** Give up what is not delivered. Idempotent. */
  close(): void {
    this.#closing.abort()
    this.#queue.clear()
    this.#options.target.close()
  }

  async #deliver(event: StampedEvent): Promise<void> {
    const { retries, retryWait } = this.#options
    const backoff = new Backoff({ shortest: retryWait, longest: Math.max(retryWait, longestWait) })
    let error = await this.#attempt(event)
    for (let left = retries; error !== undefined && !error.isFinal && left > 0; left--) {
      await this.#wait(backoff.next())
      if (this.#closing.signal.aborted) break
      this.#retries++
      error = await this.#attempt(event)
    }
    if (error === undefined) this.#succeed()
    else this.#fail(event, error)
  }

  async #attempt(event: StampedEvent): Promise<DeliveryError | undefined> {
    const { target, timeout, clock } = this.#options
    const late = new AbortController()
    const timer = clock.after(timeout, () => late.abort())
    try {
      await target.deliver(event, AbortSignal.any([late.signal, this.#closing.signal]))
      return undefined
    } catch (error) {
      if (late.signal.aborted) return new DeliveryError(`it took more than ${timeout} ms`, false)
      if (this.#closing.signal.aborted) return new DeliveryError('the server stops, or its configuration changed', true)
      return error instanceof DeliveryError ? error : new DeliveryError(`our own fault: ${String(error)}`, true)
    } finally {
      timer.cancel()
    }
  }

  async #wait(delay: Milliseconds): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#options.clock.after(delay, resolve)
    const { signal } = this.#closing
    const stop = (): void => resolve()
    signal.addEventListener('abort', stop)
    if (signal.aborted) resolve()
    await promise
    signal.removeEventListener('abort', stop)
    timer.cancel()
  }

  #succeed(): void {
    this.#delivered++
    this.#lastDelivery = this.#options.clock.wall()
    if (this.#isFailing) this.#log.now('HOOK_BACK', 'Events are delivered again')
    this.#isFailing = false
  }

  #fail({ id, event }: StampedEvent, { message }: DeliveryError): void {
    this.#failed++
    this.#isFailing = true
    this.#lastError = message
    this.#log.warn('HOOK_FAILED', `Cannot deliver ${event.type}: ${message}`, { event: id })
  }

  #drop({ id, event }: StampedEvent): void {
    this.#dropped++
    this.#log.warn('HOOK_DROPPED', `Cannot deliver ${event.type}: too many events wait`, { event: id })
  }

  #state(): HookState {
    if (this.#isFailing) return 'failing'
    return this.#queue.underwayCount > 0 ? 'delivering' : 'idle'
  }
}
