import type { Spread } from '../statistics.ts'

type Costs = {
  /** Share of one core, in the window. */
  readonly cores: number
  readonly residentMb: number
  /** Share of the machine that was in use, by whomever. */
  readonly busy: number
}

/** How long reads of the API take while others play. */
export type ReadsResult = Costs & {
  readonly scenario: 'api-reads'
  /** Who played to the end. */
  readonly players: number
  readonly streams: number
  /** What was read, and milliseconds from when it was due to its last byte. */
  readonly reads: readonly { readonly path: string; readonly time: Spread }[]
  readonly all: Spread
  readonly failures: number
  readonly firstFailure: string | undefined
}

/** How long a server takes to put declared streams on air. */
export type StartResult = Costs & {
  readonly scenario: 'inputs-300'
  readonly streams: number
  /** From the start of the process until it listens, and until all streams are live. */
  readonly listeningSeconds: number
  readonly onAirSeconds: number
}

export type ApiResult = ReadsResult | StartResult
