import type { Bytes, Microseconds } from '../../core/units.ts'

/** 64 Mbit/s: what is collected in 10 ms fits into the smallest socket buffers that systems grant. */
const slowestRate = 8
/** Room for retransmissions. Source: SRT draft §5.1.1 (INPUTBW_ESTIMATED), libsrt SRTO_OHEADBW. */
const overhead = 1.25
/** What may go out at once after a pause. */
const burst: Microseconds = 10_000
const measurePeriod: Microseconds = 1_000_000

/**
 * How much may be sent: the estimated rate of the input and room for retransmissions, so that neither a group of
 * pictures at the start nor what a NAK asks for overruns the buffers on the way.
 *
 * Rates are in bytes per microsecond.
 *
 * @see SRT draft §5.1
 */
export class Pacer {
  #rate = slowestRate
  #allowance: Bytes = slowestRate * burst
  #updated: Microseconds
  #measuredSince: Microseconds
  #input: Bytes = 0

  constructor(now: Microseconds) {
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
    if (measured < measurePeriod) return
    this.#rate = Math.max(slowestRate, (this.#input / measured) * overhead)
    this.#measuredSince = now
    this.#input = 0
  }
}
