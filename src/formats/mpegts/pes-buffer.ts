import type { Bytes, Ticks } from '../../core/units.ts'
import { pesHeaderCapacity, pesHeaderSize, writePesHeader } from './pes-header.ts'

const smallestCapacity: Bytes = 4096

/**
 * Collects access units into one PES packet. Its bytes are used again for the next one, so a steady stream costs no
 * allocation.
 */
export class PesBuffer {
  readonly #streamId: number
  /** Room for the header, then access units up to `#end`. */
  #bytes = new Uint8Array(smallestCapacity)
  #end = pesHeaderCapacity
  #pts: Ticks = 0
  #dts: Ticks = 0

  constructor(streamId: number) {
    this.#streamId = streamId
  }

  /** Of the access units. */
  get size(): Bytes {
    return this.#end - pesHeaderCapacity
  }

  /** The access units alone. The view is good until the next `begin`. */
  get content(): Uint8Array {
    return this.#bytes.subarray(pesHeaderCapacity, this.#end)
  }

  /** Begin a packet with the times of its first access unit. */
  begin(pts: Ticks, dts: Ticks): void {
    this.#end = pesHeaderCapacity
    this.#pts = pts
    this.#dts = dts
  }

  append(piece: Uint8Array): void {
    const end = this.#end + piece.length
    if (end > this.#bytes.length) this.#grow(end)
    this.#bytes.set(piece, this.#end)
    this.#end = end
  }

  /** The packet with its times moved by `delay`. The view is good until the next `begin`. */
  finish(delay: Ticks): Uint8Array {
    const times = { pts: this.#pts + delay, dts: this.#dts + delay }
    const start = pesHeaderCapacity - pesHeaderSize(times)
    writePesHeader(this.#bytes, start, { ...times, streamId: this.#streamId, payloadSize: this.size })
    return this.#bytes.subarray(start, this.#end)
  }

  #grow(end: Bytes): void {
    const bytes = new Uint8Array(Math.max(end, 2 * this.#bytes.length))
    bytes.set(this.#bytes)
    this.#bytes = bytes
  }
}
