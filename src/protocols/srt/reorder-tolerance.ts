/** After so many packets in order less is tolerated. Source: libsrt srtcore/core.cpp. */
const packetsInOrder = 50
/** After so many that came much earlier than would have been tolerated, too. */
const earlyArrivals = 10
const muchEarlier = 2

/**
 * How many packets may overtake a missing one before it counts as lost. Grows up to its limit when packets come that were
 * only overtaken, and falls again when they come no more.
 *
 * @see libsrt SRTO_LOSSMAXTTL
 */
export class ReorderTolerance {
  readonly #limit: number
  #packets = 0
  #inOrder = 0
  #early = 0
  #distance = 0

  /** @param limit In packets; 0 to take every gap for a loss at once. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get packets(): number {
    return this.#packets
  }

  /** The most packets by which one was overtaken. */
  get distance(): number {
    return this.#distance
  }

  /** A packet has come that was neither overtaken nor did overtake others; or one that was asked for. */
  noteOrdered(): void {
    this.#inOrder++
    if (this.#inOrder < packetsInOrder) return
    this.#inOrder = 0
    this.#lower()
  }

  /** A packet has come that so many others, which were sent later, have overtaken. */
  noteOvertaken(distance: number): void {
    this.#inOrder = 0
    this.#distance = Math.max(this.#distance, distance)
    if (distance > this.#packets) {
      this.#packets = Math.min(distance, this.#limit)
      this.#early = 0
    } else if (this.#packets - distance > muchEarlier && ++this.#early >= earlyArrivals) {
      this.#early = 0
      this.#lower()
    }
  }

  #lower(): void {
    if (this.#packets > 0) this.#packets--
  }
}
