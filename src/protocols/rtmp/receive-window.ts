import type { Bytes } from '../../core/units.ts'

/** Counts what a peer has sent, and says when it wants to hear of it: each half window, as Flash Media Server does. */
export class ReceiveWindow {
  #size: Bytes
  #isAnnounced = false
  #received: Bytes = 0
  #acknowledged: Bytes = 0

  /** @param size The window of a peer that announces none; 0 if such a peer wants to hear nothing. */
  constructor(size: Bytes) {
    this.#size = size
  }

  /** The window of this peer as long as it announces none. */
  assume(size: Bytes): void {
    if (!this.#isAnnounced) this.#size = size
  }

  /** All bytes so far; does not wrap. */
  get received(): Bytes {
    return this.#received
  }

  /** What the peer asks for. A window of 0 would acknowledge nothing but acknowledgements, so it is not taken. */
  resize(size: Bytes): void {
    if (size === 0) return
    this.#size = size
    this.#isAnnounced = true
  }

  /** Count `size` more bytes. Returns the sequence number to acknowledge, modulo 2^32, if one is due. */
  count(size: Bytes): number | undefined {
    this.#received += size
    if (this.#size === 0 || this.#received - this.#acknowledged < this.#size / 2) return undefined
    this.#acknowledged = this.#received
    return this.#received % 0x100000000
  }
}
