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
