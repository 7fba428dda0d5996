import type { Milliseconds } from '../core/units.ts'

/** How a running server and its configuration stand to each other. Names keys and never values. */
export interface ConfigState {
  /** How often a configuration was read again and taken. */
  readonly reloads: number
  /** How often it was read again and had something wrong. */
  readonly failures: number
  /** Wall-clock time of the newest that was taken; `undefined` if there was none since the start. */
  readonly lastReload: Milliseconds | undefined
  /** What is wrong with it now, one problem a line. */
  readonly problem: string | undefined
  /** Keys whose present value takes effect after a restart. */
  readonly needsRestart: readonly string[]
}
