import type { Bytes, Ticks } from '../../core/units.ts'
import { referenceClock } from './clock-reference.ts'
import { packetSize } from './transport-packet.ts'

const packetBits: Bytes = 8 * packetSize

/**
 * The times of packets of a constant rate, in ticks of 27 MHz, without rounding that adds up: a time is never more than
 * one tick before the true one.
 */
export class SlotClock {
  readonly #bitrate: number
  /** Whole ticks from one packet to the next, and what is left of `packetBits * referenceClock / bitrate`. */
  readonly #whole: Ticks
  readonly #rest: number
  /** Of a tick; below `#bitrate`. */
  #fraction = 0
  /** Of the next packet; the first one is at 0. */
  time: Ticks = 0

  /** @param bitrate Bits per second; a whole number. */
  constructor(bitrate: number) {
    this.#bitrate = bitrate
    this.#whole = Math.floor((packetBits * referenceClock) / bitrate)
    this.#rest = (packetBits * referenceClock) % bitrate
  }

  /** The longest that it is from one packet to the next. */
  get step(): Ticks {
    return this.#whole + 1
  }

  advance(): void {
    const fraction = this.#fraction + this.#rest
    const carry = fraction >= this.#bitrate ? 1 : 0
    this.#fraction = fraction - carry * this.#bitrate
    this.time += this.#whole + carry
  }
}
