import type { Bytes } from '../../core/units.ts'
import { pesPacketSize, pesStartSize } from './pes-header.ts'

const smallestCapacity: Bytes = 4096
/** One picture of any level fits. Source: ITU-T H.265 table A.8 (240 Mbit/s of level 6.2, high tier) for 200 ms. */
const longestPacket: Bytes = 8 * 1024 * 1024

/** What becomes of the PES packets of one PID. */
export type PesReceiver = {
  /** Take in a whole PES packet; the view is good until the call returns. */
  readonly onPacket: (packet: Uint8Array) => void
  /** A PES packet is left out: it is not whole, or too long. */
  readonly onDamage: () => void
}

/** Puts the PES packets of one PID together. Its bytes are used again for the next one. */
export class PesReader {
  readonly #receiver: PesReceiver
  #bytes = new Uint8Array(smallestCapacity)
  #size: Bytes = 0
  #isOpen = false

  constructor(receiver: PesReceiver) {
    this.#receiver = receiver
  }

  /**
   * Take in the payload of a transport packet, which is borrowed until the call returns.
   *
   * @see ISO/IEC 13818-1 §2.4.3.6 (PES_packet_length)
   */
  read(payload: Uint8Array, isStart: boolean): void {
    if (isStart) this.#start()
    if (!this.#isOpen) return
    if (this.#size + payload.length > longestPacket) {
      this.reset()
      return
    }
    this.#append(payload)
    const wanted = this.#wanted
    if (wanted !== undefined && this.#size >= wanted) this.#finish(wanted)
  }

  /** A packet was lost: whatever has come since the last start is of no use. */
  reset(): void {
    if (this.#isOpen) this.#receiver.onDamage()
    this.#isOpen = false
  }

  /** The end of the stream: a packet that does not tell its length is whole, and one that has not come whole is no damage. */
  flush(): void {
    this.#finishUntold()
    this.#isOpen = false
  }

  #start(): void {
    this.#finishUntold()
    this.reset()
    this.#size = 0
    this.#isOpen = true
  }

  /** The size that the open packet tells; `undefined` if it does not, or not yet. */
  get #wanted(): Bytes | undefined {
    return this.#size < pesStartSize ? undefined : pesPacketSize(this.#bytes)
  }

  /** Where the next packet begins, one that does not tell its length has ended. */
  #finishUntold(): void {
    if (this.#isOpen && this.#size >= pesStartSize && this.#wanted === undefined) this.#finish(this.#size)
  }

  #append(payload: Uint8Array): void {
    const size = this.#size + payload.length
    if (size > this.#bytes.length) this.#grow(size)
    this.#bytes.set(payload, this.#size)
    this.#size = size
  }

  #finish(size: Bytes): void {
    this.#isOpen = false
    this.#receiver.onPacket(this.#bytes.subarray(0, size))
  }

  #grow(size: Bytes): void {
    const bytes = new Uint8Array(Math.max(size, 2 * this.#bytes.length))
    bytes.set(this.#bytes.subarray(0, this.#size))
    this.#bytes = bytes
  }
}
