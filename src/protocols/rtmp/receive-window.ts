import type { Bytes } from '../../core/units.ts'

/** Counts what a peer has sent, and says when it wants to hear of it: each half window, as Flash Media Server does. */
export class ReceiveWindow {
  #size: Bytes
  #received: Bytes = 0
  #acknowledged: Bytes = 0

  /** @param size The window of a peer that announces none. */
  constructor(size: Bytes) {
    this.#size = size
  }

  /** All bytes so far; does not wrap. */
  get received(): Bytes {
    return this.#received
  }

  /** What the peer asks for. A window of 0 would acknowledge nothing but acknowledgements, so it is not taken. */
  resize(size: Bytes): void {
    if (size > 0) this.#size = size
  }

  /** Count `size` more bytes. Returns the sequence number to acknowledge, modulo 2^32, if one is due. */
  count(size: Bytes): number | undefined {
    this.#received += size
    if (this.#received - this.#acknowledged < this.#size / 2) return undefined
    this.#acknowledged = this.#received
    return this.#received % 0x100000000
  }
}
