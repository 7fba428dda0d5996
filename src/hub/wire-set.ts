import type { Clock, Timer } from '../contracts/clock.ts'
import type { WireFormat, WireMuxer } from '../contracts/wire-format.ts'
import type { Milliseconds } from '../core/units.ts'
import type { FrameLog, LogEntry } from './frame-log.ts'
import type { LogLimits } from './log-limits.ts'
import { WireLog } from './wire-log.ts'

export type WireSetOptions = {
  readonly clock: Clock
  readonly frames: FrameLog
  /** A wire log without readers is dropped after this long. */
  readonly linger: Milliseconds
  /** A muxer has thrown: nothing more comes into its log. The others are not concerned. */
  readonly onFailed: (format: WireFormat, log: WireLog, error: unknown) => void
}

type Wire = {
  readonly format: WireFormat
  readonly log: WireLog
  readonly muxer: WireMuxer
  users: number
  dropTimer: Timer | undefined
}

/** The wire logs of one stream, one per format that somebody reads. */
export class WireSet {
  readonly #options: WireSetOptions
  readonly #wires = new Map<WireFormat, Wire>()

  constructor(options: WireSetOptions) {
    this.#options = options
  }

  /**
   * The log of `format`, muxed from the newest join point on if nobody reads it yet. Each call is paired with one `close`.
   */
  open(format: WireFormat): WireLog {
    const wire = this.#wires.get(format)
    if (wire === undefined) return this.#start(format)
    wire.users++
    wire.dropTimer?.cancel()
    wire.dropTimer = undefined
    return wire.log
  }

  close(format: WireFormat, log: WireLog): void {
    const wire = this.#wires.get(format)
    // Where its muxer has failed, another may have taken its place.
    if (wire?.log !== log) return
    wire.users--
    if (wire.users > 0) return
    const { clock, linger } = this.#options
    wire.dropTimer = clock.after(linger, () => this.#wires.delete(format))
  }

  append(entry: LogEntry): void {
    for (const wire of this.#wires.values()) {
      try {
        wire.muxer.write(entry)
      } catch (error) {
        this.#fail(wire, error)
      }
    }
  }

  /** The publisher has left. */
  flush(): void {
    for (const wire of this.#wires.values()) {
      try {
        wire.muxer.flush?.()
      } catch (error) {
        this.#fail(wire, error)
      }
    }
  }

  /** Let nobody start before the next key frame. */
  forgetJoin(): void {
    for (const { log } of this.#wires.values()) log.forgetJoin()
  }

  applyLimits(limits: LogLimits): void {
    for (const { log } of this.#wires.values()) log.limits = limits
  }

  clear(): void {
    for (const { dropTimer } of this.#wires.values()) dropTimer?.cancel()
    this.#wires.clear()
  }

  #start(format: WireFormat): WireLog {
    const { frames, onFailed } = this.#options
    const log = new WireLog(frames.limits)
    try {
      const muxer = format.createMuxer(log)
      for (let entry = frames.join; entry !== undefined; entry = entry.next) muxer.write(entry)
      this.#wires.set(format, { format, log, muxer, users: 1, dropTimer: undefined })
    } catch (error) {
      onFailed(format, log, error)
    }
    return log
  }

  /** The next reader of the format begins with a muxer of its own. */
  #fail({ format, log, dropTimer }: Wire, error: unknown): void {
    dropTimer?.cancel()
    this.#wires.delete(format)
    this.#options.onFailed(format, log, error)
  }
}
