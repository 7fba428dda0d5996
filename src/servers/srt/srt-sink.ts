import type { Clock } from '../../contracts/clock.ts'
import type { Bytes } from '../../core/units.ts'
import type { EndReason } from '../../hub/subscriber.ts'
import type { WireRun } from '../../hub/wire-log.ts'
import type { WireSink } from '../../hub/wire-reader.ts'
import type { SrtSession } from '../../protocols/srt/srt-session.ts'
import { microseconds } from './srt-context.ts'

/** Seven packets of a transport stream, which every player expects. Source: SRT draft §7.1. */
const payloadSize: Bytes = 7 * 188

/** The session of one SRT player: the shared transport stream, cut into payloads. */
export class SrtSink implements WireSink {
  /** The tables name the tracks; players that look only at the first ones would miss a late track. */
  needsSettledStream = true
  /** A packet costs the same in a large write as in a small one, encrypted or not. */
  readonly isSecure = false
  readonly #session: SrtSession
  readonly #clock: Clock
  readonly #onEnd: (reason: EndReason) => void
  bytesSent: Bytes = 0

  constructor(session: SrtSession, clock: Clock, onEnd: (reason: EndReason) => void) {
    this.#session = session
    this.#clock = clock
    this.#onEnd = onEnd
  }

  get isBusy(): boolean {
    return this.#session.isBusy
  }

  /** The stream itself begins with what a player has to know. */
  start(): void {
    this.needsSettledStream = false
  }

  write({ bytes }: WireRun): void {
    const now = microseconds(this.#clock)
    for (let at = 0; at < bytes.length; at += payloadSize) {
      this.#session.send(bytes.subarray(at, at + payloadSize), now)
    }
    this.bytesSent += bytes.length
  }

  /** The player sees that nothing comes; a transport stream has no words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: EndReason): void {
    this.#onEnd(reason)
  }
}
