import type { Bytes } from '../../core/units.ts'
import { packetSize, syncByte } from './transport-packet.ts'

/**
 * From one packet to the next: as they are, with a time stamp of four bytes in front (Blu-ray, some recorders), or with
 * 16 bytes of Reed-Solomon code behind (DVB modulators).
 */
const distances: readonly Bytes[] = [packetSize, packetSize + 4, packetSize + 16]
/** So many sync bytes in a row are no accident. */
const syncBytes = 3
/** What it takes to find the packets. */
const searchSize: Bytes = (syncBytes - 1) * Math.max(...distances) + 1

/** Finds the transport packets in a stream of bytes, and finds them again after bytes that belong to none. */
export class PacketReader {
  /** From one packet to the next; `undefined` while that is not known. */
  #distance: Bytes | undefined
  /** What has come of the next packet, or too few bytes to find one. */
  #held: Uint8Array = nothing
  /** Bytes to go to the next packet, none of which has come. */
  #ahead: Bytes = 0
  #bytesSkipped: Bytes = 0

  /** Bytes that belonged to no packet. */
  get bytesSkipped(): Bytes {
    return this.#bytesSkipped
  }

  /**
   * Take in the next bytes, which are borrowed until the call returns.
   *
   * @param onPacket Called for each whole packet, with the bytes that it lies in and its offset.
   * @see ISO/IEC 13818-1 §2.4.3.1, Annex G.01 (sync acquisition)
   */
  read(bytes: Uint8Array, onPacket: (bytes: Uint8Array, at: number) => void): void {
    const held = this.#held
    // A slice of a Buffer is a view of it, and so would be all that is kept of what is borrowed.
    let all = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
    let at = this.#ahead
    if (this.#distance !== undefined && held.length > 0 && held.length + bytes.length >= packetSize) {
      onPacket(join(held, all.subarray(0, packetSize - held.length)), 0)
      at = this.#distance - held.length
    } else if (held.length > 0) all = join(held, all)
    for (;;) {
      if (this.#distance === undefined || (at < all.length && all[at] !== syncByte)) {
        const found = this.#search(all, at)
        if (found === undefined) return
        at = found
      }
      if (this.#distance === undefined || at + packetSize > all.length) break
      onPacket(all, at)
      at += this.#distance
    }
    this.#hold(all, at)
  }

  /** Find the first packet from `from` on. `undefined` if that takes more bytes, which are then waited for. */
  #search(all: Uint8Array, from: number): number | undefined {
    const last = all.length - searchSize
    for (let at = all.indexOf(syncByte, from); at !== -1 && at <= last; at = all.indexOf(syncByte, at + 1)) {
      this.#distance = distances.find(distance => isSynchronous(all, at, distance))
      if (this.#distance === undefined) continue
      this.#bytesSkipped += at - from
      return at
    }
    this.#distance = undefined
    const undecided = Math.min(all.length, Math.max(from, last + 1))
    this.#bytesSkipped += undecided - from
    this.#hold(all, undecided)
    return undefined
  }

  #hold(all: Uint8Array, at: number): void {
    this.#held = at < all.length ? all.slice(at) : nothing
    this.#ahead = Math.max(0, at - all.length)
  }
}

function isSynchronous(bytes: Uint8Array, at: number, distance: Bytes): boolean {
  for (let number = 1; number < syncBytes; number++) if (bytes[at + number * distance] !== syncByte) return false
  return true
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}

const nothing = new Uint8Array(0)
