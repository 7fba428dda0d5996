import type { Microseconds } from '../../core/units.ts'
import { encodeControlPacket } from './control-packet.ts'
import { encodeHandshake, type Handshake } from './handshake.ts'

/** From one time that a handshake is sent to the next. Source: SRT draft §4.3.2.2, libsrt. */
const interval: Microseconds = 250_000

/** What we say in a handshake now, again and again until something else is to be said. */
export class RepeatedHandshake {
  readonly #startedAt: Microseconds
  readonly #transmit: (packet: Uint8Array) => void
  #said: { readonly body: Uint8Array; readonly destination: number } | undefined
  #sentAt: Microseconds = Number.NEGATIVE_INFINITY

  /** @param startedAt Our clock at which the timestamps of what we send are 0. */
  constructor(startedAt: Microseconds, transmit: (packet: Uint8Array) => void) {
    this.#startedAt = startedAt
    this.#transmit = transmit
  }

  /** From the next tick on. */
  say(handshake: Handshake, destination: number): void {
    this.#said = { body: encodeHandshake(handshake), destination }
    this.#sentAt = Number.NEGATIVE_INFINITY
  }

  /** Once, now. */
  sayOnce(handshake: Handshake, destination: number, now: Microseconds): void {
    this.#send(encodeHandshake(handshake), destination, now)
  }

  stop(): void {
    this.#said = undefined
  }

  tick(now: Microseconds): void {
    if (this.#said === undefined || now - this.#sentAt < interval) return
    this.#sentAt = now
    this.#send(this.#said.body, this.#said.destination, now)
  }

  #send(body: Uint8Array, destination: number, now: Microseconds): void {
    this.#transmit(encodeControlPacket({ type: 'handshake', body }, now - this.#startedAt, destination))
  }
}
