import type { Milliseconds } from '../core/units.ts'

/**
 * What is done with an event: it is posted, sent to a broker, appended to a file, handed to a program, printed, or told to
 * a backend made for SRS.
 */
export type HookType = 'webhook' | 'kafka' | 'nats' | 'file' | 'command' | 'stdio' | 'srs'

/** `failing`: the last attempt has failed. */
export type HookState = 'idle' | 'delivering' | 'failing'

/** How a hook is doing; totals since it was configured as it is. */
export type HookStatus = {
  readonly name: string
  readonly type: HookType
  /** Where its events go, without what may be secret. */
  readonly target: string
  /** Types of the events that it takes. */
  readonly events: readonly string[]
  readonly state: HookState
  /** Events that wait. */
  readonly queued: number
  /** When the oldest event happened that is not delivered. */
  readonly oldestWaiting: Milliseconds | undefined
  readonly delivered: number
  /** Events that were given up, after all attempts, or because they were too old. */
  readonly failed: number
  /** Events that had to make room for newer ones, in the queue or in the journal. */
  readonly dropped: number
  /** Attempts beyond the first. */
  readonly retries: number
  /** Holds no secret. */
  readonly lastError: string | undefined
  /** Wall-clock time of the newest event that was delivered. */
  readonly lastDelivery: Milliseconds | undefined
}

/** What came of a test. */
export type HookTest = {
  /** Why it failed; `undefined` if it did not. */
  readonly error: string | undefined
  /** Of an HTTP answer. */
  readonly status: number | undefined
  readonly durationMs: Milliseconds
}

/** Everybody outside who is told of events. */
export interface Hooks {
  list(): readonly HookStatus[]
  /** Deliver one event of the type `hook.test`, past the filter and the queue, in one attempt; `undefined` if there is no such hook. */
  test(name: string): Promise<HookTest | undefined>
}
