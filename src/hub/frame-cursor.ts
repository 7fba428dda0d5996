import type { Bytes, Milliseconds } from '../core/units.ts'
import type { FrameLog, LogEntry, LogPlace } from './frame-log.ts'

/**
 * A position in a frame log, for readers that need frames and not bytes: recorders, packagers, transcoders.
 *
 * Moves as `WireCursor` does: it waits, starts at the newest join point ahead, and falls back to waiting when its
 * reader is too slow.
 */
export class FrameCursor {
  readonly #log: FrameLog
  /** Behind the newest entry that was read; `undefined` while waiting. */
  #place: LogPlace | undefined
  /** Of the newest entry that was read. */
  #time: Milliseconds | undefined
  #position: Bytes = 0
  /** Sequence that the next entry has if none is skipped. */
  #sequence = 0
  /** Frames that were skipped because the reader was too slow. */
  dropped = 0

  constructor(log: FrameLog) {
    this.#log = log
  }

  /** Media time between this position and the end of the log; 0 while waiting, and before the first frame. */
  get lag(): Milliseconds {
    return this.#place === undefined || this.#time === undefined ? 0 : Math.max(0, this.#log.endTime - this.#time)
  }

  /** Payload between this position and the end of the log; 0 while waiting. */
  get bytesBehind(): Bytes {
    return this.#place === undefined ? 0 : this.#log.end - this.#position
  }

  get isBehind(): boolean {
    return this.#place?.next !== undefined
  }

  /**
   * Go to the end of the log instead of waiting for a join point: nothing that comes from now on is missed. For readers
   * that are there before the publisher's first frame.
   */
  seekEnd(): void {
    const { tail, end, endSequence } = this.#log
    this.#place = tail
    this.#time = undefined
    this.#position = end
    this.#sequence = endSequence
  }

  /**
   * The next entry, or `undefined` at the end of the log or while waiting. An entry whose sequence does not follow the
   * one before is a new start: its `tracks` say what is in force, and frames in between were dropped.
   */
  next(): LogEntry | undefined {
    const entry = this.#place === undefined ? this.#start() : this.#place.next
    if (entry === undefined) return undefined
    this.#place = entry
    this.#time = entry.time
    this.#position = entry.position
    this.#sequence = entry.sequence + 1
    return entry
  }

  /** Give this position up, and with it the entries that it keeps alive. */
  wait(): void {
    this.#place = undefined
  }

  /** Read no more: what has not been read by now is dropped. */
  giveUp(): void {
    this.dropped += this.#log.endSequence - this.#sequence
    this.#sequence = this.#log.endSequence
    this.#place = undefined
  }

  /** Fall back to waiting if this position is further behind than the limits allow. Call it when not reading. */
  keepUp(): void {
    if (this.#place === undefined) return
    const { lagBytes, lagTime } = this.#log.limits
    if (this.#log.end - this.#position > lagBytes || this.lag > lagTime) this.#place = undefined
  }

  #start(): LogEntry | undefined {
    const { join } = this.#log
    if (join === undefined || join.sequence < this.#sequence) return undefined
    if (this.#sequence > 0) this.dropped += join.sequence - this.#sequence
    return join
  }
}
