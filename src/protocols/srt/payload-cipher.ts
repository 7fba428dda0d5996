import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'

/** One stream encrypting key with its salt: AES in counter mode, so that the same work encrypts and decrypts. */
export class PayloadCipher {
  readonly #name: string
  readonly #key: KeyObject
  readonly #counter: Uint8Array
  readonly #index: number

  constructor(key: Uint8Array, salt: Uint8Array) {
    this.#name = `aes-${key.length * 8}-ctr`
    this.#key = createSecretKey(key)
    this.#counter = Uint8Array.from(salt)
    this.#counter.fill(0, 14)
    this.#index = new DataView(this.#counter.buffer).getUint32(10)
  }

  /**
   * The payload of the packet with that sequence number, the other way round. Returns new bytes.
   *
   *     0        salt, 80 bits        10   salt XOR sequence   14  block  16
   *     +-----------------------------+------------------------+----------+
   *
   * @see SRT draft §6.1.2
   */
  apply(sequence: number, payload: Uint8Array): Uint8Array {
    const index = this.#index ^ sequence
    this.#counter[10] = index >>> 24
    this.#counter[11] = index >>> 16
    this.#counter[12] = index >>> 8
    this.#counter[13] = index
    return createCipheriv(this.#name, this.#key, this.#counter).update(payload)
  }
}
