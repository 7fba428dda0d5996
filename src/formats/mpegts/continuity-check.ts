import type { ReceivedHeader } from './transport-packet.ts'

/**
 * What a packet's continuity_counter says: it comes next, it is a copy of the one before, some are missing, or some may be
 * missing as was announced.
 */
export type Continuity = 'next' | 'copy' | 'broken' | 'announced jump'

/** Follows the continuity counter of one PID. */
export class ContinuityCheck {
  #last: number | undefined
  #isCopied = false
  #mayJump = false

  /** The discontinuity_indicator is set: the counter may jump up to the next packet that has payload. */
  announceJump(): void {
    this.#mayJump = true
  }

  /**
   * Judge a packet that has payload: others do not count.
   *
   * @see ISO/IEC 13818-1 §2.4.3.3 (continuity_counter), §2.4.3.5 (discontinuity_indicator)
   */
  judge({ continuityCounter }: Pick<ReceivedHeader, 'continuityCounter'>): Continuity {
    const last = this.#last
    const mayJump = this.#mayJump
    const isCopy = continuityCounter === last && !this.#isCopied
    this.#last = continuityCounter
    this.#isCopied = isCopy
    this.#mayJump = false
    if (isCopy) return 'copy'
    if (last === undefined || continuityCounter === ((last + 1) & 0xf)) return 'next'
    return mayJump ? 'announced jump' : 'broken'
  }
}
