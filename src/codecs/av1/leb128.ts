import type { ByteReader } from '../../core/byte-reader.ts'
import { ProtocolError } from '../../core/errors.ts'

const mostBytes = 8
const largest = 2 ** 32 - 1

/**
 * Read leb128(): seven bits per byte, the lowest first; the highest bit of a byte says that one more follows.
 *
 * @throws {ProtocolError}
 * @see AV1 §4.10.5
 */
export function decodeLeb128(reader: ByteReader): number {
  let value = 0
  for (let index = 0; index < mostBytes; index++) {
    const byte = reader.u8()
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return inRange(value)
  }
  throw malformed(`it has at most ${mostBytes} bytes`)
}

/** Write leb128() in as few bytes as it takes. */
export function encodeLeb128(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return [...bytes, rest]
}

function inRange(value: number): number {
  if (value > largest) throw malformed(`it is at most ${largest}, is ${value}`)
  return value
}

function malformed(rule: string): ProtocolError {
  return new ProtocolError('av1', 'malformed', `Cannot decode AV1 leb128: ${rule}`)
}
