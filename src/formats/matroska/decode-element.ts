import { ProtocolError } from '../../core/errors.ts'
import { decodeVariableSize, markedLength } from './variable-size-integer.ts'

/** An element that is there as a whole. */
export type Element = {
  /** As it is in the file, its length marker included. */
  readonly id: number
  readonly data: Uint8Array
}

const maxIdLength = 4

/**
 * Read an Element ID.
 *
 * @returns `undefined` if `bytes` ends before it does.
 * @throws {ProtocolError} If it is longer than Matroska has them, or reserved: then no element begins here.
 * @see RFC 8794 §5, RFC 9559 §3.1 (EBMLMaxIDLength is 4)
 */
export function decodeElementId(
  bytes: Uint8Array,
  at = 0,
): { readonly id: number; readonly length: number } | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const length = markedLength(first)
  if (length > maxIdLength) throw malformed('element', `its ID has ${maxIdLength} bytes at most, is ${length}`)
  if (at + length > bytes.length) return undefined
  let id = 0
  for (let index = 0; index < length; index++) id = id * 0x100 + (bytes[at + index] as number)
  const value = id - 2 ** (7 * length)
  if (value === 0 || value === 2 ** (7 * length) - 1) throw malformed('element', 'the bits of its ID are not all alike')
  return { id, length }
}

/**
 * The elements inside of one that is there as a whole. All of them say their size.
 *
 * @returns Views of `data`.
 * @throws {ProtocolError} If one reaches beyond the end.
 * @see RFC 8794 §3
 */
export function decodeElements(data: Uint8Array): readonly Element[] {
  const elements: Element[] = []
  for (let at = 0; at < data.length; ) {
    const id = decodeElementId(data, at)
    const size = id && decodeVariableSize(data, at + id.length)
    if (id === undefined || size === undefined) throw malformed('element', 'it ends inside of its parent')
    if (size.value === undefined) throw malformed('element', 'only Segment and Cluster may be of unknown size')
    const start = at + id.length + size.length
    const end = start + size.value
    if (end > data.length) throw malformed('element', 'it ends inside of its parent')
    elements.push({ id: id.id, data: data.subarray(start, end) })
    at = end
  }
  return elements
}

/** The first element of an ID, as many have it at most once. */
export function findElement(elements: readonly Element[], id: number): Uint8Array | undefined {
  return elements.find(element => element.id === id)?.data
}

/** @throws {ProtocolError} If it has more than 8 bytes, or its value is above 2^53. @see RFC 8794 §7.2 */
export function decodeUnsigned(data: Uint8Array): number {
  if (data.length > 8) throw malformed('integer', `it has 8 bytes at most, is ${data.length}`)
  const value = data.reduce((sum, byte) => sum * 0x100 + byte, 0)
  if (value > Number.MAX_SAFE_INTEGER) throw malformed('integer', `it is 2^53 at most, is ${value}`)
  return value
}

/** An unsigned integer among other elements. @throws {ProtocolError} */
export function findUnsigned(elements: readonly Element[], id: number): number | undefined {
  const data = findElement(elements, id)
  return data && decodeUnsigned(data)
}

/** @throws {ProtocolError} If it has not 0, 4 or 8 bytes. @see RFC 8794 §7.3 */
export function decodeFloat(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  switch (data.length) {
    case 0:
      return 0
    case 4:
      return view.getFloat32(0)
    case 8:
      return view.getFloat64(0)
    default:
      throw malformed('float', `it has 0, 4 or 8 bytes, is ${data.length}`)
  }
}

/** Up to the first zero, behind which there may be padding. @see RFC 8794 §7.4, §7.5 */
export function decodeText(data: Uint8Array): string {
  const end = data.indexOf(0)
  return new TextDecoder().decode(end === -1 ? data : data.subarray(0, end))
}

function malformed(what: string, rule: string): ProtocolError {
  return new ProtocolError('matroska', 'malformed', `Cannot read EBML ${what}: ${rule}`)
}
