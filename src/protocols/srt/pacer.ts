import type { BitsPerSecond, Bytes, Microseconds } from '../../core/units.ts'

/** 64 Mbit/s: what is collected in 10 ms fits into the smallest socket buffers that systems grant. */
const slowestRate = 8
/** Room for retransmissions. Source: SRT draft §5.1.1 (INPUTBW_ESTIMATED), libsrt SRTO_OHEADBW. */
const overhead = 1.25
/** What may go out at once after a pause. */
const burst: Microseconds = 10_000
const measurePeriod: Microseconds = 1_000_000

/**
 * How much may be sent: what is allowed, or the estimated rate of the input and room for retransmissions, so that neither
 * a group of pictures at the start nor what a NAK asks for overruns the buffers on the way.
 *
 * Rates are in bytes per microsecond.
 *
 * @see SRT draft §5.1.1 (MAXBW_SET, INPUTBW_ESTIMATED)
 */
export class Pacer {
  readonly #isFixed: boolean
  #rate: number
  #allowance: Bytes
  #updated: Microseconds
  #measuredSince: Microseconds
  #input: Bytes = 0

  /** @param maxBandwidth Takes the place of the estimate; 0 for none. */
  constructor(maxBandwidth: BitsPerSecond, now: Microseconds) {
    this.#isFixed = maxBandwidth > 0
    this.#rate = this.#isFixed ? maxBandwidth / 8e6 : slowestRate
    this.#allowance = this.#rate * burst
    this.#updated = now
    this.#measuredSince = now
  }

  get isOpen(): boolean {
    return this.#allowance > 0
  }

  /** So much has come in to be sent. */
  addInput(size: Bytes): void {
    this.#input += size
  }

  /** So much was sent. The allowance may be overdrawn by one packet. */
  spend(size: Bytes): void {
    this.#allowance -= size
  }

  /** Time goes on. */
  update(now: Microseconds): void {
    this.#allowance = Math.min(this.#allowance + (now - this.#updated) * this.#rate, this.#rate * burst)
    this.#updated = now
    const measured = now - this.#measuredSince
    if (this.#isFixed || measured < measurePeriod) return
    this.#rate = Math.max(slowestRate, (this.#input / measured) * overhead)
    this.#measuredSince = now
    this.#input = 0
  }
}
