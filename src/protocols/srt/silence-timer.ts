import type { Microseconds } from '../../core/units.ts'
import type { RoundTrip } from './round-trip.ts'

/** SYN, the period of acknowledgements. Source: SRT draft §4.8.1. */
const ackPeriod: Microseconds = 10_000

/**
 * Notices that the peer should have acknowledged something by now: its loss report got lost, or it cannot know that the
 * last packets of a burst are missing, because no later one has come. A peer that repeats its reports is waited for only
 * at the end of a burst; else it knows what it misses.
 *
 * @see SRT draft §5.1.2 (3)
 */
export class SilenceTimer {
  readonly #roundTrip: RoundTrip
  readonly #peerRepeatsReports: boolean
  #acknowledgedAt: Microseconds
  #sentNewAt: Microseconds
  /** How often it has run out without a word of the peer, plus one. */
  #round = 1

  constructor(roundTrip: RoundTrip, peerRepeatsReports: boolean, now: Microseconds) {
    this.#roundTrip = roundTrip
    this.#peerRepeatsReports = peerRepeatsReports
    this.#acknowledgedAt = now
    this.#sentNewAt = now
  }

  /** The peer has acknowledged what it had not before. */
  noteAcknowledged(now: Microseconds): void {
    this.#acknowledgedAt = now
    this.#round = 1
  }

  /** A packet was sent for the first time. */
  noteSentNew(now: Microseconds): void {
    this.#sentNewAt = now
  }

  /**
   * True if it has run out; it begins anew then, and takes longer.
   *
   * @param sentAt When the first packet was sent that is not acknowledged.
   */
  hasRunOut(sentAt: Microseconds, now: Microseconds): boolean {
    const { rtt, variance } = this.#roundTrip
    const timeout = this.#round * (rtt + 4 * variance + 2 * ackPeriod) + ackPeriod
    const silentSince = Math.max(this.#acknowledgedAt, sentAt, this.#peerRepeatsReports ? this.#sentNewAt : 0)
    if (now - silentSince < timeout) return false
    this.#round++
    return true
  }
}
