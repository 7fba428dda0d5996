/** Seven packets of a transport stream. */
export const payloadSize = 7 * 188

/** A payload that says which one it is, from its first byte to its last. */
export function numberedPayload(number: number): Uint8Array {
  const payload = Buffer.alloc(payloadSize, number & 0xff)
  payload.writeUInt32BE(number)
  return payload
}

/** Notes which of the numbered payloads have come. */
export class NumberedReceiver {
  readonly #seen = new Set<number>()
  #rest = Buffer.alloc(0)
  #last = -1
  /** Payloads that came twice or in the wrong order, or with other bytes than were sent. */
  faults = 0

  get last(): number {
    return this.#last
  }

  /** Take in bytes of the stream, cut anywhere. */
  push(bytes: Uint8Array): void {
    const all = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes])
    const end = all.length - (all.length % payloadSize)
    for (let at = 0; at < end; at += payloadSize) this.#take(all.subarray(at, at + payloadSize))
    this.#rest = all.subarray(end)
  }

  /** How many of the numbers from `first` up to `end` have not come. */
  missing(first: number, end: number): number {
    let missing = 0
    for (let number = first; number < end; number++) if (!this.#seen.has(number)) missing++
    return missing
  }

  #take(payload: Buffer): void {
    const number = payload.readUInt32BE()
    if (number <= this.#last || payload.at(-1) !== (number & 0xff)) {
      this.faults++
      return
    }
    this.#last = number
    this.#seen.add(number)
  }
}
