/** The AMF0 values that RTMP commands are made of. */
export type AmfValue = number | string | boolean | null | undefined | AmfObject | readonly AmfValue[]
export type AmfObject = { readonly [key: string]: AmfValue }

const OBJECT_END = Buffer.from([0, 0, 9])

/** Encode values one after another, as the body of an RTMP command or data message. Source: AMF0 §2. */
export function encodeAmf(...values: readonly AmfValue[]): Buffer {
  return Buffer.concat(values.map(encodeValue))
}

function encodeValue(value: AmfValue): Buffer {
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9)
    bytes.writeDoubleBE(value, 1)
    return bytes
  }
  if (typeof value === 'boolean') return Buffer.from([1, value ? 1 : 0])
  if (typeof value === 'string') return Buffer.concat([Buffer.from([2]), encodeKey(value)])
  if (value === null) return Buffer.from([5])
  if (value === undefined) return Buffer.from([6])
  if (isArray(value)) return Buffer.concat([Buffer.from([10]), encodeCount(value.length), ...value.map(encodeValue)])
  const members = Object.entries(value).flatMap(([key, member]) => [encodeKey(key), encodeValue(member)])
  return Buffer.concat([Buffer.from([3]), ...members, OBJECT_END])
}

/** `Array.isArray` does not know of readonly arrays. */
function isArray(value: AmfObject | readonly AmfValue[]): value is readonly AmfValue[] {
  return Array.isArray(value)
}

function encodeCount(count: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}

function encodeKey(key: string): Buffer {
  const text = Buffer.from(key)
  const size = Buffer.alloc(2)
  size.writeUInt16BE(text.length)
  return Buffer.concat([size, text])
}

/**
 * Decode the values of a command until the end, or until a type that no command needs.
 *
 * @throws {RangeError} If a value is cut short: a server under test that sends this is broken.
 */
export function decodeAmf(bytes: Buffer): AmfValue[] {
  const values: AmfValue[] = []
  const at = { offset: 0 }
  while (at.offset < bytes.length) {
    if (!KNOWN_TYPES.has(bytes.readUInt8(at.offset))) break
    values.push(decodeValue(bytes, at))
  }
  return values
}

const KNOWN_TYPES = new Set([0, 1, 2, 3, 5, 6, 8, 10])

/** A reading position that the decoders below move on. */
type Position = { offset: number }

function decodeValue(bytes: Buffer, at: Position): AmfValue {
  const type = bytes.readUInt8(at.offset++)
  switch (type) {
    case 0:
      at.offset += 8
      return bytes.readDoubleBE(at.offset - 8)
    case 1:
      return bytes.readUInt8(at.offset++) !== 0
    case 2:
      return decodeKey(bytes, at)
    case 8:
      at.offset += 4
      return decodeMembers(bytes, at)
    case 3:
      return decodeMembers(bytes, at)
    case 5:
      return null
    case 10:
      at.offset += 4
      return decodeItems(bytes, at, bytes.readUInt32BE(at.offset - 4))
    case 6:
      return undefined
    default:
      throw new RangeError(`Cannot decode AMF0 value: type must be one that commands use, is ${type}`)
  }
}

function decodeMembers(bytes: Buffer, at: Position): AmfObject {
  const members: Record<string, AmfValue> = {}
  for (;;) {
    const key = decodeKey(bytes, at)
    if (key === '' && bytes.readUInt8(at.offset) === 9) break
    members[key] = decodeValue(bytes, at)
  }
  at.offset++
  return members
}

function decodeItems(bytes: Buffer, at: Position, count: number): AmfValue[] {
  const items: AmfValue[] = []
  while (items.length < count) items.push(decodeValue(bytes, at))
  return items
}

function decodeKey(bytes: Buffer, at: Position): string {
  const start = at.offset + 2
  const end = start + bytes.readUInt16BE(at.offset)
  if (end > bytes.length) throw new RangeError(`Cannot decode AMF0 string: ${end - bytes.length} bytes are missing`)
  at.offset = end
  return bytes.toString('utf8', start, end)
}
