import type { Bytes } from '../../core/units.ts'
import { type ElementName, elementIds } from './element-ids.ts'
import { encodeVariableSize } from './variable-size-integer.ts'

/** An element ID as it is in the file, its length marker included. Source: RFC 8794 §5. */
export function encodeId(name: ElementName): Uint8Array {
  return shortestUnsigned(elementIds[name])
}

/**
 * An element around its data, or around other elements.
 *
 *     | Element ID (1 to 4 bytes) | Element Data Size (1 to 8 bytes) | Element Data |
 *
 * @see RFC 8794 §3
 */
export function encodeElement(name: ElementName, data: readonly Uint8Array[]): Uint8Array {
  const size = data.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([encodeId(name), encodeVariableSize(size), ...data])
}

export function encodeUnsigned(name: ElementName, value: number): Uint8Array {
  return encodeElement(name, [shortestUnsigned(value)])
}

/** Always a double. Source: RFC 8794 §7.3. */
export function encodeFloat(name: ElementName, value: number): Uint8Array {
  const data = new Uint8Array(8)
  new DataView(data.buffer).setFloat64(0, value)
  return encodeElement(name, [data])
}

export function encodeText(name: ElementName, text: string): Uint8Array {
  return encodeElement(name, [new TextEncoder().encode(text)])
}

/** An unsigned integer that takes eight bytes whatever it is, so that another value fits in its place. */
export function encodeWideUnsigned(name: ElementName, value: number): Uint8Array {
  const data = new Uint8Array(8)
  new DataView(data.buffer).setBigUint64(0, BigInt(value))
  return encodeElement(name, [data])
}

/** Nothing, in exactly `size` bytes: 2 to 128. Source: RFC 8794 §11.3.2. */
export function encodeVoid(size: Bytes): Uint8Array {
  return encodeElement('Void', [new Uint8Array(size - 2)])
}

function shortestUnsigned(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100)
  return Uint8Array.from(bytes)
}
