import type { Clock } from '../../contracts/clock.ts'
import type { ReaderEnd } from '../../contracts/end-reason.ts'
import type { Bytes } from '../../core/units.ts'
import { microseconds } from './microseconds.ts'
import type { SrtSession } from './srt-session.ts'

const tsPacketSize: Bytes = 188
/** Of a transport stream in one payload, where the peer has room for them: every player expects so. Source: SRT draft §7.1. */
const mostTsPackets = 7

/**
 * The session of one SRT peer that is sent a stream: the shared transport stream, cut into payloads. What the hub calls
 * a wire sink.
 */
export class SrtSink {
  /** The tables name the tracks; players that look only at the first ones would miss a late track. */
  needsSettledStream = true
  /** A packet costs the same in a large write as in a small one, encrypted or not. */
  readonly isSecure = false
  readonly #session: SrtSession
  readonly #clock: Clock
  readonly #onEnd: (reason: ReaderEnd) => void
  readonly #payloadSize: Bytes
  bytesSent: Bytes = 0

  /** @param onEnd Nothing more will come. */
  constructor(session: SrtSession, clock: Clock, onEnd: (reason: ReaderEnd) => void) {
    this.#session = session
    this.#clock = clock
    this.#onEnd = onEnd
    this.#payloadSize = Math.min(mostTsPackets, Math.floor(session.payloadRoom / tsPacketSize)) * tsPacketSize
  }

  get isBusy(): boolean {
    return this.#session.isBusy
  }

  /** The stream itself begins with what a player has to know. */
  start(): void {
    this.needsSettledStream = false
  }

  write({ bytes }: { readonly bytes: Uint8Array }): void {
    const now = microseconds(this.#clock)
    for (let at = 0; at < bytes.length; at += this.#payloadSize) {
      this.#session.send(bytes.subarray(at, at + this.#payloadSize), now)
    }
    this.bytesSent += bytes.length
  }

  /** The player sees that nothing comes; a transport stream has no words for it. */
  publisherLeft(): void {}

  publisherReturned(): void {}

  end(reason: ReaderEnd): void {
    this.#onEnd(reason)
  }
}
