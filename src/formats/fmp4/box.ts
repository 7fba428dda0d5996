/**
 * One box: its size, its type, and what is in it.
 *
 *     | size (32) | type (32) | parts … |
 *
 * @param type Four characters.
 * @see ISO/IEC 14496-12 §4.2
 */
export function box(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, boxHeaderSize)
  return Buffer.concat([uint32(size), fourCc(type), ...parts], size)
}

/**
 * A box that tells its version and has flags.
 *
 *     | size (32) | type (32) | version (8) | flags (24) | parts … |
 *
 * @see ISO/IEC 14496-12 §4.2
 */
export function fullBox(type: string, version: number, flags: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return box(type, uint32(version * 0x1000000 + flags), ...parts)
}

/** Size and type. */
export const boxHeaderSize = 8
/** Size, type, version and flags. */
export const fullBoxHeaderSize = 12

export function fourCc(type: string): Uint8Array {
  return Buffer.from(type, 'latin1')
}

export function uint8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values)
}

export function uint16(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(2 * values.length)
  values.forEach((value, i) => bytes.writeUInt16BE(value, 2 * i))
  return bytes
}

export function uint32(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(4 * values.length)
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i))
  return bytes
}

/** For values up to 2^53. */
export function uint64(...values: readonly number[]): Uint8Array {
  return uint32(...values.flatMap(value => [Math.floor(value / 2 ** 32), value % 2 ** 32]))
}

/** Room that an encoder has to leave empty. */
export function zeros(size: number): Uint8Array {
  return new Uint8Array(size)
}
