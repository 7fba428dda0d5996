/** An element of a Matroska file. Segment and Cluster have no data of their own: what is in them follows. */
export type MatroskaElement = { readonly id: string; readonly at: number; readonly data: Buffer }

/** Segment, Cluster: elements whose size may be unknown, so a reader goes on inside. */
const entered = new Set(['18538067', '1f43b675'])

/**
 * All whole elements of a file that may be cut off anywhere, one level deep. Written from RFC 8794 §4 to §6 alone.
 *
 * @throws {Error} If something cannot be EBML.
 */
export function matroskaElements(file: Uint8Array): readonly MatroskaElement[] {
  const bytes = Buffer.from(file)
  const elements: MatroskaElement[] = []
  for (let at = 0; ; ) {
    const idLength = lengthAt(bytes, at)
    const sizeAt = at + (idLength ?? 0)
    const sizeLength = lengthAt(bytes, sizeAt)
    if (idLength === undefined || sizeLength === undefined) return elements
    const dataAt = sizeAt + sizeLength
    if (dataAt > bytes.length) return elements
    const id = bytes.toString('hex', at, sizeAt)
    const size = entered.has(id) ? 0 : sizeOf(bytes.subarray(sizeAt, dataAt))
    if (dataAt + size > bytes.length) return elements
    elements.push({ id, at, data: bytes.subarray(dataAt, dataAt + size) })
    at = dataAt + size
  }
}

function lengthAt(bytes: Buffer, at: number): number | undefined {
  const first = bytes[at]
  if (first === undefined) return undefined
  if (first === 0) throw new Error(`Cannot read EBML at ${at}: no length marker`)
  return Math.clz32(first) - 23
}

function sizeOf(field: Buffer): number {
  return Number(BigInt(`0x${field.toString('hex')}`) & (2n ** BigInt(7 * field.length) - 1n))
}
