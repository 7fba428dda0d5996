import type { Clock } from '../contracts/clock.ts'
import type { EventSink } from '../contracts/events.ts'
import type { Log } from '../contracts/log.ts'
import type { RelayState, RelayStatus } from '../contracts/relays.ts'
import { Backoff, type BackoffLimits } from '../core/backoff.ts'
import { ConnectionError, endingError, InternalError, type ServerError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { type FaultSink, reportFault } from '../hub/contained-fault.ts'

/** What every relay is given. */
export type RelayContext = {
  readonly clock: Clock
  readonly log: Log
  readonly events: EventSink
  readonly retry: BackoffLimits
  readonly onInternalFault?: FaultSink
}

/** Which relay it is, without secrets. */
export type RelayIdentity = {
  readonly direction: RelayStatus['direction']
  readonly stream: string
  readonly url: string
  /** Which of the configured destinations; missing for pulls. */
  readonly destination?: number
}

/** What came of one connection: there is nothing more to do, the next one follows at once, or it has failed. */
export type AttemptResult = 'done' | 'again' | ServerError

/** A connection that has worked for so long has worked: the next failure is a first one. */
const stableTime: Milliseconds = 30_000

/** Connections in a row that follow at once. More is no way to anywhere: two servers may send us to each other. */
const maxMoves = 8

/** Connection after connection, with a wait behind each that fails, until there is nothing more to do or it is closed. */
export class RelayLoop {
  readonly identity: RelayIdentity
  readonly #context: RelayContext
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  #done: Promise<void> | undefined
  #state: RelayState = 'idle'
  #since: Milliseconds
  #retryAt: Milliseconds = 0
  #failures = 0
  /** Since a connection has last worked for long, or we have last waited. */
  #moves = 0
  #lastError: string | undefined

  constructor(identity: RelayIdentity, context: RelayContext) {
    this.identity = identity
    this.#context = context
    this.#backoff = new Backoff(context.retry)
    this.#since = context.clock.wall()
  }

  get state(): RelayState {
    return this.#state
  }

  /** Aborts when the relay is closed. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get status(): Omit<RelayStatus, 'bytes' | 'framesDropped' | 'tracksLeftOut'> {
    return {
      destination: undefined,
      ...this.identity,
      state: this.#state,
      since: this.#since,
      lastError: this.#lastError,
      failures: this.#failures,
      retryIn: this.#state === 'waiting' ? Math.max(0, this.#retryAt - this.#context.clock.now()) : undefined,
    }
  }

  /** Resolves when an attempt is the last one, or `close` was called. */
  run(attempt: () => Promise<AttemptResult>): Promise<void> {
    this.#done ??= this.#run(attempt)
    return this.#done
  }

  /** The connection works: media flows from now on. */
  started(state: 'sending' | 'receiving'): void {
    this.#enter(state)
    this.#context.log.info('RELAY_STARTED', `Relay is ${state}`, this.identity)
    this.#context.events.emit({ type: 'relay.started', ...this.identity })
  }

  /** It does not any more. Returns for how long it did. */
  stopped(reason: string): Milliseconds {
    const worked = this.#context.clock.wall() - this.#since
    if (worked >= stableTime) {
      this.#backoff.reset()
      this.#moves = 0
    }
    this.#context.log.info('RELAY_STOPPED', `Relay has stopped: ${reason}`, this.identity)
    this.#context.events.emit({ type: 'relay.stopped', ...this.identity, reason })
    return worked
  }

  /** It cannot work as things are, and is not run. */
  fail(reason: string): void {
    this.#lastError = reason
    this.#enter('failed')
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stop.abort()
    await this.#done
  }

  async #run(attempt: () => Promise<AttemptResult>): Promise<void> {
    while (!this.signal.aborted) {
      this.#enter('connecting')
      const result = await this.#try(attempt)
      if (result === 'done') break
      const failure = result === 'again' ? this.#countMove() : result
      if (failure !== undefined) await this.#pause(failure)
    }
    // A stream that is sent on may come back; what is pulled to its end does not.
    this.#enter(this.identity.direction === 'push' || this.signal.aborted ? 'idle' : 'ended')
  }

  async #try(attempt: () => Promise<AttemptResult>): Promise<AttemptResult> {
    try {
      return await attempt()
    } catch (error) {
      return endingError(error, `Cannot relay ${this.identity.stream}`)
    }
  }

  /** Why the next connection does not follow at once; `undefined` if it may. */
  #countMove(): ServerError | undefined {
    this.#moves++
    if (this.#moves <= maxMoves) return undefined
    const rule = `at most ${maxMoves} may follow one another, is ${this.#moves}`
    return new ConnectionError(`Cannot follow requests to reconnect for ever: ${rule}`)
  }

  async #pause(error: ServerError): Promise<void> {
    if (this.signal.aborted) return
    const { clock, log, events, onInternalFault } = this.#context
    const { direction: name, stream } = this.identity
    if (error instanceof InternalError)
      reportFault(onInternalFault, { part: 'relay', name, stream, error: error.cause })
    const retryIn = this.#backoff.next()
    this.#moves = 0
    this.#failures++
    this.#lastError = error.message
    this.#retryAt = clock.now() + retryIn
    this.#enter('waiting')
    log.warn('RELAY_FAILED', error.message, { ...this.identity, retryInMs: retryIn })
    events.emit({ type: 'relay.failed', ...this.identity, reason: error.message })
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = (): void => resolve()
    const timer = clock.after(retryIn, wake)
    this.signal.addEventListener('abort', wake)
    await promise
    timer.cancel()
    this.signal.removeEventListener('abort', wake)
  }

  #enter(state: RelayState): void {
    this.#state = state
    this.#since = this.#context.clock.wall()
  }
}
