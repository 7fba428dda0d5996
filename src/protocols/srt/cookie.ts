import { createHmac, type KeyObject } from 'node:crypto'
import type { PeerAddress } from '../../core/peer-address.ts'
import type { Milliseconds } from '../../core/units.ts'

/** A cookie is good in the minute in which it was baked and in the next. */
const periodMs: Milliseconds = 60_000

/**
 * SYN cookies: who can show one has received what was sent to its address, so that nothing need be remembered of a
 * caller before.
 *
 * @see SRT draft §4.3.1.1, RFC 4987 §3.6
 */
export class Cookies {
  readonly #secret: KeyObject

  constructor(secret: KeyObject) {
    this.#secret = secret
  }

  bake(peer: PeerAddress, now: Milliseconds): number {
    return this.#bakeIn(Math.floor(now / periodMs), peer)
  }

  isGood(cookie: number, peer: PeerAddress, now: Milliseconds): boolean {
    const period = Math.floor(now / periodMs)
    return cookie === this.#bakeIn(period, peer) || cookie === this.#bakeIn(period - 1, peer)
  }

  #bakeIn(period: number, { address, port }: PeerAddress): number {
    return createHmac('sha256', this.#secret).update(`${period} ${port} ${address}`).digest().readUInt32BE()
  }
}
