import { ProtocolError, type WireProtocol } from './errors.ts'

/**
 * Reads big-endian whole bytes one behind the other, and never past the end.
 *
 * Borrows its bytes. All methods throw ProtocolError `malformed` in the name of `protocol` when the bytes run out.
 */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #protocol: WireProtocol
  #at = 0

  constructor(bytes: Uint8Array, protocol: WireProtocol) {
    this.#bytes = bytes
    this.#protocol = protocol
  }

  get bytesLeft(): number {
    return this.#bytes.length - this.#at
  }

  u8(): number {
    return this.bytes(1)[0] as number
  }

  u16(): number {
    return this.u8() * 0x100 + this.u8()
  }

  u32(): number {
    return this.u16() * 0x10000 + this.u16()
  }

  /** A view of the next `count` bytes. */
  bytes(count: number): Uint8Array {
    if (count > this.bytesLeft) {
      const rule = `${count} more bytes are needed, ${this.bytesLeft} are left`
      throw new ProtocolError(this.#protocol, 'malformed', `Cannot read ${this.#protocol} bytes: ${rule}`)
    }
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
