import type { Microseconds } from '../../core/units.ts'

/** Source: libsrt srtcore/tsbpd_time.h: samples of one estimate, and the drift that moves the base. */
const samplesPerEstimate = 1000
const largestDrift: Microseconds = 5000

/**
 * When to hand packets on: timestamp-based packet delivery. Maps the sender's 32-bit timestamps onto the local clock,
 * whatever the two clocks say and however they drift apart.
 *
 * @see SRT draft §4.5 (TSBPD), §4.7 (drift)
 */
export class DeliveryClock {
  readonly #delay: Microseconds
  /** Local time at which the sender's clock was 0. */
  #base: Microseconds
  /** The newest timestamp, unwrapped. */
  #newest: Microseconds
  #drift: Microseconds = 0
  #latenessSum: Microseconds = 0
  #rttSum: Microseconds = 0
  #samples = 0
  /** The mean of the first estimate: one sample may be far from it. */
  #firstRtt: Microseconds | undefined

  /** @param timestamp That of the handshake packet which has come at `now`. */
  constructor(timestamp: number, now: Microseconds, delay: Microseconds) {
    this.#base = now - timestamp
    this.#newest = timestamp
    this.#delay = delay
  }

  get drift(): Microseconds {
    return this.#drift
  }

  /** Local time at which the packet with `timestamp` is to be handed on. */
  deliveryTime(timestamp: number): Microseconds {
    return this.#base + this.#unwrap(timestamp) + this.#delay + this.#drift
  }

  /**
   * Take in how late a packet is that was sent at once: an ACKACK.
   *
   * @param rtt Measured with this very packet: half of what it took longer than at first is no drift.
   */
  addSample(timestamp: number, now: Microseconds, rtt: Microseconds): void {
    this.#latenessSum += now - (this.#base + this.#unwrap(timestamp))
    this.#rttSum += rtt
    this.#samples++
    if (this.#samples === samplesPerEstimate) this.#estimate()
  }

  #estimate(): void {
    const rtt = this.#rttSum / this.#samples
    this.#firstRtt ??= rtt
    const drift = Math.round(this.#latenessSum / this.#samples - (rtt - this.#firstRtt) / 2)
    const excess = Math.abs(drift) > largestDrift ? Math.sign(drift) * largestDrift : 0
    this.#base += excess
    this.#drift = drift - excess
    this.#latenessSum = 0
    this.#rttSum = 0
    this.#samples = 0
  }

  /** Timestamps wrap each 71 minutes; packets that are close in time are close in their timestamps. */
  #unwrap(timestamp: number): Microseconds {
    const time = this.#newest + ((timestamp - this.#newest) | 0)
    this.#newest = Math.max(this.#newest, time)
    return time
  }
}
