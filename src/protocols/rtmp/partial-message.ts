import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'

/** First allocation for a message that does not come whole; it then doubles as the bytes really arrive. */
const firstCapacity = 16_384

/** What all partial messages of one connection may take together. */
export class BufferedBytes {
  readonly #limit: Bytes
  #taken: Bytes = 0

  constructor(limit: Bytes) {
    this.#limit = limit
  }

  get taken(): Bytes {
    return this.#taken
  }

  take(size: Bytes): void {
    this.#taken += size
    if (this.#taken <= this.#limit) return
    throw new ProtocolError(
      'rtmp',
      'limit',
      `Cannot buffer RTMP messages: unfinished ones are limited to ${this.#limit} bytes together, are ${this.#taken}`,
    )
  }

  release(size: Bytes): void {
    this.#taken -= size
  }
}

/** A message body that comes in pieces. Memory grows with what has come, never with what was announced. */
export class PartialMessage {
  readonly #length: Bytes
  readonly #buffered: BufferedBytes
  #body: Uint8Array = new Uint8Array(0)
  #received: Bytes = 0

  constructor(length: Bytes, buffered: BufferedBytes) {
    this.#length = length
    this.#buffered = buffered
  }

  get missing(): Bytes {
    return this.#length - this.#received
  }

  append(bytes: Uint8Array): void {
    const received = this.#received + bytes.length
    if (received > this.#body.length) this.#grow(received)
    this.#body.set(bytes, this.#received)
    this.#received = received
  }

  /** Give up the body. It is whole if nothing is missing. */
  release(): Uint8Array {
    this.#buffered.release(this.#body.length)
    return this.#body
  }

  #grow(needed: Bytes): void {
    const capacity = Math.min(this.#length, Math.max(needed, 2 * this.#body.length, firstCapacity))
    this.#buffered.take(capacity - this.#body.length)
    const larger = Buffer.allocUnsafeSlow(capacity)
    larger.set(this.#body.subarray(0, this.#received))
    this.#body = larger
  }
}
