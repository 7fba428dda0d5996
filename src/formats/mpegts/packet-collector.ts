import type { Bytes } from '../../core/units.ts'
import type { PacketOutput } from './ts-muxer.ts'

/** The packets of one batch. */
export class PacketCollector implements PacketOutput {
  bytes = new Uint8Array(64 * 1024)
  #size: Bytes = 0

  reserve(size: Bytes): number {
    const at = this.#size
    this.#size += size
    if (this.#size > this.bytes.length) this.#grow()
    return at
  }

  commit(): void {}

  /** What has come since the last time. */
  take(): Uint8Array {
    const packets = this.bytes.slice(0, this.#size)
    this.#size = 0
    return packets
  }

  #grow(): void {
    const bytes = new Uint8Array(Math.max(this.#size, 2 * this.bytes.length))
    bytes.set(this.bytes)
    this.bytes = bytes
  }
}
