import type { Milliseconds } from '../core/units.ts'
import type { LogLimits } from './log-limits.ts'
import type { MergeSettings } from './pump.ts'

/** How one stream keeps its media and hands it out. May be replaced while the stream lives. */
export type StreamSettings = {
  readonly limits: LogLimits
  readonly merge: MergeSettings
  /** True if readers start at the newest key frame, false if they wait for the next. */
  readonly hasGopCache: boolean
  /** From one write to a player to the next, at least. */
  readonly sendInterval: Milliseconds
  /** The same for players whose connection is encrypted. */
  readonly secureSendInterval: Milliseconds
  /** How long a publisher may go on without anybody who watches; 0 for ever. */
  readonly unwatchedTimeout: Milliseconds
}
