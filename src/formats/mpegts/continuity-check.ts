import type { ReceivedHeader } from './transport-packet.ts'

/** What a packet's continuity_counter says: it comes next, it is a copy of the one before, or some are missing. */
export type Continuity = 'next' | 'copy' | 'broken'

/** Follows the continuity counter of one PID. */
export class ContinuityCheck {
  #last: number | undefined
  #isCopied = false

  /**
   * Judge a packet that has payload: others do not count.
   *
   * @see ISO/IEC 13818-1 §2.4.3.3 (continuity_counter)
   */
  judge({ continuityCounter }: Pick<ReceivedHeader, 'continuityCounter'>): Continuity {
    const last = this.#last
    const isCopy = continuityCounter === last && !this.#isCopied
    this.#last = continuityCounter
    this.#isCopied = isCopy
    if (isCopy) return 'copy'
    return last === undefined || continuityCounter === ((last + 1) & 0xf) ? 'next' : 'broken'
  }
}
