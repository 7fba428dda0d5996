import type { LogLimits } from './log-limits.ts'
import type { SharedWindow } from './pump.ts'

/** How one stream keeps its media and hands it out. May be replaced while the stream lives. */
export type StreamSettings = {
  readonly limits: LogLimits
  /** How long frames are held back so that one write carries more of them. */
  readonly window: SharedWindow
}
