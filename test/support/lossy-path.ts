import type { Bytes, Microseconds } from '../../src/core/units.ts'
import { seededRandom } from './seeded-bytes.ts'

/** How a network treats the packets of one direction. */
export type PathManners = {
  /** From one end to the other, at least. */
  readonly delay: Microseconds
  /** What is added to it for each packet at random, up to this: packets overtake each other. */
  readonly jitter: Microseconds
  /** Share of packets that get lost. */
  readonly loss: number
  /** Share of packets that come twice. */
  readonly duplication: number
  /** Bytes in a second. What does not fit into `queue` gets lost. */
  readonly bandwidth: Bytes
  /** For how long a packet may wait for the bandwidth. */
  readonly queue: Microseconds
}

export const perfectPath: PathManners = {
  delay: 1000,
  jitter: 0,
  loss: 0,
  duplication: 0,
  bandwidth: Number.POSITIVE_INFINITY,
  queue: 100_000,
}

/** One direction of a bad network, without the network: decides when each packet comes out. */
export class LossyPath {
  manners: PathManners
  readonly #random: () => number
  /** When the bandwidth is free again. */
  #freeAt: Microseconds = 0
  lost = 0
  passed = 0

  constructor(manners: PathManners, seed: number) {
    this.manners = manners
    this.#random = seededRandom(seed)
  }

  /** When a packet that goes in at `now` comes out: never, once, or twice. */
  decide(size: Bytes, now: Microseconds): readonly Microseconds[] {
    const { delay, jitter, loss, duplication, bandwidth, queue } = this.manners
    const isLost = this.#random() < loss
    const isDoubled = this.#random() < duplication
    const leavesAt = Math.max(now, this.#freeAt) + (size / bandwidth) * 1_000_000
    if (isLost || leavesAt - now > queue) {
      this.lost++
      return []
    }
    this.#freeAt = leavesAt
    this.passed++
    const arrival = (): Microseconds => leavesAt + delay + this.#random() * jitter
    return isDoubled ? [arrival(), arrival()] : [arrival()]
  }
}
