import type { Milliseconds } from '../core/units.ts'
import type { FrameLog, LogEntry } from './frame-log.ts'

/**
 * A position in a frame log, for readers that need frames and not bytes: recorders, packagers, transcoders.
 *
 * Moves as `WireCursor` does: it waits, starts at the newest join point ahead, and falls back to waiting when its
 * reader is too slow.
 */
export class FrameCursor {
  readonly #log: FrameLog
  /** The newest entry that was read; `undefined` while waiting. */
  #last: LogEntry | undefined
  #sequence = 0
  /** Frames that were skipped because the reader was too slow. */
  dropped = 0

  constructor(log: FrameLog) {
    this.#log = log
  }

  /** Media time between this position and the end of the log; 0 while waiting. */
  get lag(): Milliseconds {
    return this.#last === undefined ? 0 : this.#log.endTime - this.#last.time
  }

  get isBehind(): boolean {
    return this.#last?.next !== undefined
  }

  /**
   * The next entry, or `undefined` at the end of the log or while waiting. An entry whose sequence does not follow the
   * one before is a new start: its `tracks` say what is in force, and frames in between were dropped.
   */
  next(): LogEntry | undefined {
    const entry = this.#last === undefined ? this.#start() : this.#last.next
    if (entry === undefined) return undefined
    this.#last = entry
    this.#sequence = entry.sequence + 1
    return entry
  }

  /** Fall back to waiting if this position is further behind than the limits allow. Call it when not reading. */
  keepUp(): void {
    const last = this.#last
    if (last === undefined) return
    const { lagBytes, lagTime } = this.#log.limits
    if (this.#log.end - last.position > lagBytes || this.lag > lagTime) this.#last = undefined
  }

  #start(): LogEntry | undefined {
    const { join } = this.#log
    if (join === undefined || join.sequence < this.#sequence) return undefined
    if (this.#sequence > 0) this.dropped += join.sequence - this.#sequence
    return join
  }
}
