import type { Clock } from '../contracts/clock.ts'
import { Backoff } from '../core/backoff.ts'
import type { Milliseconds } from '../core/units.ts'
import { DeliveryError } from './delivery-error.ts'
import type { Batch, HookTarget, Receipt } from './hook-target.ts'

export type AttemptLimits = {
  /** Time for one attempt. */
  readonly timeout: Milliseconds
  /** Attempts after the first. */
  readonly retries: number
  /** About how long to wait before the second attempt; twice as long before each further one. */
  readonly retryWait: Milliseconds
  /** After which an event is given up. */
  readonly maxAge: Milliseconds
}

export type DeliveryAttemptsOptions = AttemptLimits & {
  readonly target: HookTarget
  readonly clock: Clock
  /** Aborts all attempts. */
  readonly signal: AbortSignal
  /** Another attempt will be made. */
  readonly onRetry: (error: DeliveryError) => void
}

/** The longest wait before an attempt, unless the receiver asks for more. */
const longestWait: Milliseconds = 60_000

/** The longest wait that a receiver may ask for. */
const longestRetryAfter: Milliseconds = 3_600_000

/** Hands events to a target, again and again if need be. */
export class DeliveryAttempts {
  readonly #options: DeliveryAttemptsOptions

  constructor(options: DeliveryAttemptsOptions) {
    this.#options = options
  }

  /** @returns why the events were given up; `undefined` if they were taken. */
  async untilDone(events: Batch): Promise<DeliveryError | undefined> {
    const { retries, retryWait, signal, onRetry } = this.#options
    const backoff = new Backoff({ shortest: retryWait, longest: Math.max(retryWait, longestWait) })
    for (let left = retries; ; left--) {
      if (this.#areTooOld(events)) return new DeliveryError('it is too old by now', { isFinal: true })
      const error = await this.#errorOf(events)
      if (error === undefined || error.isFinal || left === 0 || signal.aborted) return error
      onRetry(error)
      await this.#wait(Math.max(backoff.next(), Math.min(error.retryAfter, longestRetryAfter)))
      if (signal.aborted) return error
    }
  }

  /** One attempt. @throws {DeliveryError} And nothing else. */
  async once(events: Batch): Promise<Receipt> {
    const { target, timeout, clock, signal } = this.#options
    const late = new AbortController()
    const timer = clock.after(timeout, () => late.abort())
    try {
      return await target.deliver(events, AbortSignal.any([late.signal, signal]))
    } catch (error) {
      if (late.signal.aborted) throw new DeliveryError(`it took more than ${timeout} ms`, { isFinal: false })
      if (error instanceof DeliveryError) throw error
      throw new DeliveryError(`our own fault: ${String(error)}`, { isFinal: true })
    } finally {
      timer.cancel()
    }
  }

  async #errorOf(events: Batch): Promise<DeliveryError | undefined> {
    try {
      await this.once(events)
      return undefined
    } catch (error) {
      return error as DeliveryError
    }
  }

  async #wait(delay: Milliseconds): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { clock, signal } = this.#options
    const timer = clock.after(delay, resolve)
    const stop = (): void => resolve()
    signal.addEventListener('abort', stop)
    if (signal.aborted) resolve()
    await promise
    signal.removeEventListener('abort', stop)
    timer.cancel()
  }

  #areTooOld(events: Batch): boolean {
    const { maxAge, clock } = this.#options
    const oldest = clock.wall() - maxAge
    return events.every(({ time }) => time < oldest)
  }
}
