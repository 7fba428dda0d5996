import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'

/** A box that is there as a whole. */
export type Box = {
  /** Four characters. */
  readonly type: string
  readonly data: Uint8Array
}

/** The beginning of a box. */
export type BoxHeader = {
  readonly type: string
  readonly headerSize: Bytes
  /** Of the whole box; `undefined` if it goes on to the end of the file. */
  readonly size: Bytes | undefined
}

const shortHeaderSize = 8
/** With a size of 64 bits. */
export const longHeaderSize = 16
/** Values of the size that are none. */
const sizes = { toTheEnd: 0, long: 1 }

/**
 * Decode the header of a box.
 *
 *     | size (32) | type (32) | size (64), if the first is 1 |
 *
 * @returns `undefined` if `bytes` ends before it does.
 * @throws {ProtocolError} If it says that the box is shorter than its header, or longer than numbers go.
 * @see ISO/IEC 14496-12 §4.2
 */
export function decodeBoxHeader(bytes: Uint8Array, at = 0): BoxHeader | undefined {
  if (at + shortHeaderSize > bytes.length) return undefined
  const view = viewOf(bytes)
  const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
  const told = view.getUint32(at)
  if (told === sizes.toTheEnd) return { type, headerSize: shortHeaderSize, size: undefined }
  if (told === sizes.long && at + longHeaderSize > bytes.length) return undefined
  const headerSize = told === sizes.long ? longHeaderSize : shortHeaderSize
  const size = told === sizes.long ? Number(view.getBigUint64(at + 8)) : told
  if (size < headerSize || !Number.isSafeInteger(size)) {
    throw malformed(type, `its size is ${headerSize} to 2^53, is ${size}`)
  }
  return { type, headerSize, size }
}

/**
 * The boxes inside of one that is there as a whole. A rest that is too short for a box, which QuickTime writes, is none.
 *
 * @returns Views of `data`.
 * @throws {ProtocolError} If one reaches beyond the end.
 */
export function decodeBoxes(data: Uint8Array): readonly Box[] {
  const boxes: Box[] = []
  for (let at = 0; at < data.length; ) {
    const header = decodeBoxHeader(data, at)
    if (header === undefined) return boxes
    const { type, headerSize, size = data.length - at } = header
    if (at + size > data.length) throw malformed(type, 'it ends inside of its parent')
    boxes.push({ type, data: data.subarray(at + headerSize, at + size) })
    at += size
  }
  return boxes
}

/** What is in the first box at the end of a path of types. @throws {ProtocolError} */
export function findBox(data: Uint8Array, ...path: readonly string[]): Uint8Array | undefined {
  let found: Uint8Array | undefined = data
  for (const type of path) found = found && decodeBoxes(found).find(box => box.type === type)?.data
  return found
}

/** The same, of a box that has to be there. @throws {ProtocolError} */
export function requireBox(data: Uint8Array, ...path: readonly string[]): Uint8Array {
  const found = findBox(data, ...path)
  if (found === undefined) throw malformed(path.join('.'), 'it is there')
  return found
}

/** Reads big-endian numbers of a box. */
export class BoxFields {
  readonly #type: string
  readonly #view: DataView

  constructor(type: string, data: Uint8Array) {
    this.#type = type
    this.#view = viewOf(data)
  }

  get size(): Bytes {
    return this.#view.byteLength
  }

  get version(): number {
    return this.u8(0)
  }

  get flags(): number {
    return this.u32(0) & 0xffffff
  }

  u8(at: Bytes): number {
    return this.#at(at, 1).getUint8(at)
  }

  u16(at: Bytes): number {
    return this.#at(at, 2).getUint16(at)
  }

  u32(at: Bytes): number {
    return this.#at(at, 4).getUint32(at)
  }

  i32(at: Bytes): number {
    return this.#at(at, 4).getInt32(at)
  }

  u64(at: Bytes): number {
    return this.#safe(Number(this.#at(at, 8).getBigUint64(at)))
  }

  i64(at: Bytes): number {
    return this.#safe(Number(this.#at(at, 8).getBigInt64(at)))
  }

  /** Entries of a table whose count stands at `at`, and which follow at once. */
  entries(at: Bytes, entrySize: Bytes): number {
    const count = this.u32(at)
    const most = Math.floor((this.size - at - 4) / entrySize)
    if (count > most) throw malformed(this.#type, `it has room for ${most} entries, is ${count}`)
    return count
  }

  #at(at: Bytes, size: Bytes): DataView {
    if (at + size > this.size) throw malformed(this.#type, `it has ${at + size} bytes at least, is ${this.size}`)
    return this.#view
  }

  #safe(value: number): number {
    if (!Number.isSafeInteger(value)) throw malformed(this.#type, `numbers are 2^53 at most, is ${value}`)
    return value
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}

function malformed(type: string, rule: string): ProtocolError {
  const shown = /^[\w .-]+$/.test(type) ? type : 'of unknown type'
  return new ProtocolError('mp4', 'malformed', `Cannot read MP4 box ${shown}: ${rule}`)
}
