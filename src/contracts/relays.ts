import type { Bytes, Milliseconds } from '../core/units.ts'

/**
 * How a relay is doing. `idle`: there is nothing to do now; `waiting`: it has failed and will try again; `ended`: what it
 * plays has come to its end; `failed`: it cannot work as things are.
 */
export type RelayState = 'idle' | 'connecting' | 'sending' | 'receiving' | 'waiting' | 'ended' | 'failed'

/** One relay of one stream, to another server or from one. */
export type RelayStatus = {
  readonly direction: 'push' | 'pull'
  /** `undefined` while no stream uses the destination. */
  readonly stream: string | undefined
  /** Without key, query and credentials. */
  readonly url: string
  /**
   * The number of the configured destination, from 1 on, the same as long as the server runs: URLs that differ in what is
   * not shown are told apart by it. `undefined` for pulls.
   */
  readonly destination: number | undefined
  readonly state: RelayState
  /** Wall-clock time at which it came into its state. */
  readonly since: Milliseconds
  /** Why it failed, the last time that it did. Holds no secret. */
  readonly lastError: string | undefined
  /** How often it has failed. */
  readonly failures: number
  /** Time until the next attempt. */
  readonly retryIn: Milliseconds | undefined
  /** Sent or received. */
  readonly bytes: Bytes
  /** Frames that a destination missed because it, or the rate that it is sent at, was too slow. */
  readonly framesDropped: number
  /** Codecs of the stream's tracks that the destination is not sent, because it has not announced them. */
  readonly tracksLeftOut: readonly string[]
}

/** What is being relayed now. */
export interface Relays {
  list(): readonly RelayStatus[]
}
