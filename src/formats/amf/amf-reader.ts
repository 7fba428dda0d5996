import { ProtocolError } from '../../core/errors.ts'

// AMF text may begin with U+FEFF, and some encoders write the names in their local 8-bit character set.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads the big-endian numbers and texts of one AMF body, in order. Every read past the end is a ProtocolError. */
export class AmfReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset: number

  /** Borrows `bytes` for as long as the reader is used. */
  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#offset = offset
  }

  get offset(): number {
    return this.#offset
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  /** True if the next bytes are `expected`; then they are read. */
  skip(expected: readonly number[]): boolean {
    if (expected.some((byte, i) => this.#bytes[this.#offset + i] !== byte)) return false
    this.#offset += expected.length
    return true
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4))
  }

  s32(): number {
    return this.#view.getInt32(this.#advance(4))
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8))
  }

  text(length: number): string {
    const start = this.#advance(length)
    return utf8.decode(this.#bytes.subarray(start, start + length))
  }

  /** A copy of the next `length` bytes. */
  copy(length: number): Uint8Array {
    const start = this.#advance(length)
    return this.#bytes.slice(start, start + length)
  }

  /** Refuse `count` items of at least `itemBytes` each that cannot all be there. */
  expect(count: number, itemBytes = 1): void {
    if (count * itemBytes > this.remaining) {
      throw new ProtocolError(
        'amf',
        'malformed',
        `Cannot read ${count} AMF items: they need ${count * itemBytes} bytes, left are ${this.remaining}`,
      )
    }
  }

  #advance(length: number): number {
    const start = this.#offset
    if (length > this.remaining) {
      throw new ProtocolError(
        'amf',
        'malformed',
        `Cannot read AMF value at byte ${start}: it needs ${length} bytes, left are ${this.remaining}`,
      )
    }
    this.#offset = start + length
    return start
  }
}
