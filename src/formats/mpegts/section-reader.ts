import type { Bytes } from '../../core/units.ts'
import { psiSectionHeadSize, psiSectionSize } from './psi-section.ts'

/** A private section has at most so many bytes, and those of a program fewer. Source: ISO/IEC 13818-1 §2.4.4.11. */
const longestSection: Bytes = 4096
/** Head and CRC of a table; a cue is longer. */
const shortestSection: Bytes = 12
/** What stands behind the last section of a packet in the place of a table_id. */
const stuffing = 0xff

/**
 * Takes a whole section; the view is good until it returns. False: it makes no sense, and what stands behind it in the
 * packet is not looked at.
 */
export type SectionReceiver = (section: Uint8Array) => boolean

/** Puts the sections of one PID together. */
export class SectionReader {
  #damaged = 0
  readonly #section = new Uint8Array(longestSection)
  /** Bytes of the open section; `undefined` where none is open. */
  #size: Bytes | undefined

  /** Sections of a length that none has. */
  get damaged(): number {
    return this.#damaged
  }

  /**
   * Take in the payload of a packet, which is borrowed until the call returns.
   *
   *     | pointer_field (8), in a packet in which a section starts | end of a section | section … | stuffing ff … |
   *
   * @see ISO/IEC 13818-1 §2.4.4.1, §2.4.4.2
   */
  read(payload: Uint8Array, isStart: boolean, onSection: SectionReceiver): void {
    if (!isStart) {
      this.#append(payload, onSection)
      return
    }
    const start = 1 + (payload[0] ?? 0)
    this.#append(payload.subarray(1, start), onSection)
    for (let at = start; at < payload.length && payload[at] !== stuffing; ) {
      this.#size = 0
      at += this.#append(payload.subarray(at), onSection)
    }
  }

  /** A packet was lost: what has come of a section is of no use. */
  reset(): void {
    this.#size = undefined
  }

  /** Append what belongs to the open section, if there is one. Returns how many bytes were taken. */
  #append(bytes: Uint8Array, onSection: SectionReceiver): Bytes {
    let taken = 0
    while (this.#size !== undefined && taken < bytes.length) {
      const isHead = this.#size < psiSectionHeadSize
      const wanted = isHead ? psiSectionHeadSize : psiSectionSize(this.#section)
      if (wanted > longestSection || (!isHead && wanted < shortestSection)) {
        this.#damaged++
        this.#size = undefined
        return bytes.length
      }
      const piece = bytes.subarray(taken, taken + wanted - this.#size)
      this.#section.set(piece, this.#size)
      this.#size += piece.length
      taken += piece.length
      if (!isHead && this.#size === wanted && !this.#finish(wanted, onSection)) return bytes.length
    }
    return taken
  }

  #finish(size: Bytes, onSection: SectionReceiver): boolean {
    this.#size = undefined
    return onSection(this.#section.subarray(0, size))
  }
}
