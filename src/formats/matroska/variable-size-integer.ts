import { ProtocolError } from '../../core/errors.ts'
import type { Bytes } from '../../core/units.ts'

/** Eight bytes, all data bits set: the element ends where something begins that cannot be in it. */
export const unknownSize: Uint8Array = Uint8Array.of(0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)

/** Bytes that a value takes at least. All ones means "unknown", so the largest value of each length is the next one's. */
export function variableSizeLength(value: number): Bytes {
  let length = 1
  while (value >= 2 ** (7 * length) - 1) length++
  return length
}

/**
 * Write a variable-size integer: as many zeros as the bytes that follow, a one, the value.
 *
 *     | 1xxxxxxx |    | 01xxxxxx xxxxxxxx |    | 001xxxxx xxxxxxxx xxxxxxxx |    …    | 00000001 and 7 bytes |
 *
 * @param length 1 to 8, at least `variableSizeLength(value)`.
 * @see RFC 8794 §4
 */
export function writeVariableSize(into: Uint8Array, at: number, value: number, length: Bytes): void {
  let rest = value
  for (let index = length - 1; index >= 0; index--) {
    into[at + index] = rest % 0x100
    rest = Math.floor(rest / 0x100)
  }
  into[at] = (into[at] as number) | (0x80 >> (length - 1))
}

export function encodeVariableSize(value: number, length: Bytes = variableSizeLength(value)): Uint8Array {
  const bytes = new Uint8Array(length)
  writeVariableSize(bytes, 0, value, length)
  return bytes
}

/** A variable-size integer as it was read. */
export type VariableSize = {
  /** `undefined` if all data bits are set: a size that is unknown. */
  readonly value: number | undefined
  /** Bytes that it takes. */
  readonly length: Bytes
}

/**
 * Read a variable-size integer: see `writeVariableSize`.
 *
 * @returns `undefined` if `bytes` ends before it does.
 * @throws {ProtocolError} If it has no length marker, or its value is above 2^53.
 * @see RFC 8794 §4, §6.2 (unknown size)
 */
export function decodeVariableSize(bytes: Uint8Array, at = 0): VariableSize | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  const length = markedLength(first)
  if (at + length > bytes.length) return undefined
  let value = first & (0xff >> length)
  let isUnknown = value === 0xff >> length
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] as number
    isUnknown &&= byte === 0xff
    value = value * 0x100 + byte
  }
  if (isUnknown) return { value: undefined, length }
  if (value > Number.MAX_SAFE_INTEGER) throw malformed(`its value is 2^53 at most, is ${value}`)
  return { value, length }
}

/**
 * How many bytes begin with `first`: its leading zeros and one.
 *
 * @throws {ProtocolError} If there are more than seven zeros.
 */
export function markedLength(first: number): Bytes {
  if (first === 0) throw malformed('its length is 8 bytes at most')
  return Math.clz32(first) - 23
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('matroska', 'malformed', `Cannot read EBML integer: ${rule}`)
}
