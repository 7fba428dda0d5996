import type { Bytes, Milliseconds } from '../core/units.ts'
import type { Session } from './sessions.ts'

/**
 * What an input does. `off`: it is not connected, because it is not needed or the stream is stopped; `connecting`: it is
 * tried, or waits for its publisher; `receiving`: it brings media; `silent`: it is connected and brings none; `waiting`:
 * it has failed and will be tried again; `ended`: it has come to its end.
 */
export type InputState = 'off' | 'connecting' | 'receiving' | 'silent' | 'waiting' | 'ended'

/** One input of a stream, now. */
export type InputStatus = {
  /** From 1 on in the order of the declaration; the same as long as it is declared. */
  readonly number: number
  /** Without key, query and credentials. */
  readonly url: string
  readonly title: string
  readonly protocol: string
  readonly state: InputState
  /** Wall-clock time at which it came into its state. */
  readonly since: Milliseconds
  /** True if its media are those of the stream. */
  readonly isOnAir: boolean
  readonly isSlate: boolean
  /** Why it failed, the last time that it did. Holds no secret. */
  readonly lastError: string | undefined
  /** Wall-clock time of that. */
  readonly lastErrorAt: Milliseconds | undefined
  readonly failures: number
  /** Time until it is tried again. */
  readonly retryIn: Milliseconds | undefined
  /** Time since it has last brought something; `undefined` if it never has. */
  readonly lastFrameAge: Milliseconds | undefined
  readonly bitrate: number
  readonly frames: number
  readonly bytes: Bytes
}

/** One change of what is on air. */
export type InputSwitch = {
  /** Wall-clock time. */
  readonly at: Milliseconds
  /** Number of the input that was on air before; `undefined` if there was none. */
  readonly from: number | undefined
  readonly to: number
  readonly reason: string
}

/** The inputs of one stream, now. */
export type StreamInputsStatus = {
  readonly stream: string
  /** `resting`: nobody watches; `stopped`: an operator has stopped it. */
  readonly state: 'running' | 'resting' | 'stopped'
  /** The input that an operator has chosen. */
  readonly pinned: number | undefined
  /** In the order in which they are preferred. */
  readonly inputs: readonly InputStatus[]
  /** The newest ones, in their order. */
  readonly switches: readonly InputSwitch[]
  /** How often another input was put on air since it was declared, by reason. */
  readonly switchCounts: ReadonlyMap<string, number>
}

/** The inputs of declared streams, and what operators do to them. */
export interface StreamInputs {
  list(): readonly StreamInputsStatus[]
  /** `undefined` if the stream has no inputs. */
  of(stream: string): StreamInputsStatus | undefined
  /**
   * Prefer one input to all others, or none any more.
   *
   * @returns False if there is no such stream or input.
   */
  pin(stream: string, input: number | undefined): boolean
  /** False if the stream has no inputs. */
  start(stream: string): boolean
  stop(stream: string): boolean
  /** Connect all inputs anew. Publishers who are connected stay. */
  restart(stream: string): boolean
  /** Publishers and relays that bring inputs which are not on air. */
  standbySessions(): readonly Session[]
}
