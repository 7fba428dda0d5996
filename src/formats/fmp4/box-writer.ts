import type { Bytes } from '../../core/units.ts'

/** Writes boxes of known sizes one behind the other. What changes with every frame is written so, without small parts. */
export class BoxWriter {
  readonly #bytes: Buffer
  #at: Bytes = 0

  /** @param size Of all that will be written. */
  constructor(size: Bytes) {
    this.#bytes = Buffer.allocUnsafe(size)
  }

  /** All of it, once it is written. */
  get written(): Uint8Array {
    if (this.#at !== this.#bytes.length)
      throw new RangeError(`Cannot end boxes: they have ${this.#bytes.length} bytes, is ${this.#at}`)
    return this.#bytes
  }

  header(type: string, size: Bytes): void {
    this.uint32(size)
    this.#at += this.#bytes.write(type, this.#at, 'latin1')
  }

  fullHeader(type: string, size: Bytes, version: number, flags: number): void {
    this.header(type, size)
    this.uint32(version * 0x1000000 + flags)
  }

  uint32(value: number): void {
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }

  int32(value: number): void {
    this.#at = this.#bytes.writeInt32BE(value, this.#at)
  }

  /** For values up to 2^53. */
  uint64(value: number): void {
    this.uint32(Math.floor(value / 2 ** 32))
    this.uint32(value % 2 ** 32)
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }
}
