import { ProtocolError, type WireProtocol } from './errors.ts'

/**
 * Reads big-endian bit fields one behind the other, and never past the end.
 *
 * Borrows its bytes. All methods throw ProtocolError `malformed` in the name of `protocol` when the bits run out.
 */
export class BitReader {
  readonly #bytes: Uint8Array
  readonly #protocol: WireProtocol
  #at = 0

  constructor(bytes: Uint8Array, protocol: WireProtocol) {
    this.#bytes = bytes
    this.#protocol = protocol
  }

  get bitsLeft(): number {
    return this.#bytes.length * 8 - this.#at
  }

  /** Read an unsigned integer of `count` bits, 0 to 32. */
  bits(count: number): number {
    this.#need(count)
    let value = 0
    for (let left = count; left > 0; ) {
      const room = 8 - (this.#at & 7)
      const take = Math.min(room, left)
      const byte = this.#bytes[this.#at >> 3] as number
      value = value * 2 ** take + ((byte >> (room - take)) & ((1 << take) - 1))
      this.#at += take
      left -= take
    }
    return value
  }

  flag(): boolean {
    return this.bits(1) === 1
  }

  skip(count: number): void {
    this.#need(count)
    this.#at += count
  }

  /** Skip to the next byte boundary. */
  align(): void {
    this.#at = (this.#at + 7) & ~7
  }

  /**
   * Read ue(v): as many zeros as the value has bits behind its first one.
   *
   * @see ITU-T H.264 §9.1, ITU-T H.265 §9.2
   */
  unsignedExpGolomb(): number {
    let zeros = 0
    while (!this.flag()) {
      if (++zeros > 32) throw this.#malformed('an Exp-Golomb code has at most 32 leading zeros')
    }
    return 2 ** zeros - 1 + this.bits(zeros)
  }

  /**
   * Read se(v): 0, 1, -1, 2, -2 and so on.
   *
   * @see ITU-T H.264 §9.1.1, ITU-T H.265 §9.2.2
   */
  signedExpGolomb(): number {
    const code = this.unsignedExpGolomb()
    return code % 2 === 0 ? 0 - code / 2 : (code + 1) / 2
  }

  #need(count: number): void {
    if (count > this.bitsLeft) throw this.#malformed(`${count} more bits are needed, ${this.bitsLeft} are left`)
  }

  #malformed(rule: string): ProtocolError {
    return new ProtocolError(this.#protocol, 'malformed', `Cannot read ${this.#protocol} bits: ${rule}`)
  }
}
