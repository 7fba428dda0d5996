import { type AmfObject, type AmfValue, EcmaArray, isStrictArray, TypedObject, XmlDocument } from './amf-value.ts'
import { type AmfWriter, encodeUtf8 } from './amf-writer.ts'
import { amf3Marker } from './amf3-marker.ts'

/**
 * Write a value as AMF3. No references are written; an ECMA array without entries becomes an empty array, which is the same
 * in AMF3.
 *
 * @throws {RangeError} If an ECMA array has an entry without a name, or a text is longer than 2^28 - 1 bytes.
 * @see AMF3 specification §3
 */
export function writeAmf3(writer: AmfWriter, value: AmfValue): void {
  switch (typeof value) {
    case 'undefined':
      return writer.u8(amf3Marker.undefined)
    case 'boolean':
      return writer.u8(value ? amf3Marker.true : amf3Marker.false)
    case 'number':
      return writeNumber(writer, value)
    case 'string':
      writer.u8(amf3Marker.string)
      return writeText(writer, value)
    default:
      return writeComplex(writer, value)
  }
}

function writeNumber(writer: AmfWriter, value: number): void {
  if (Number.isInteger(value) && !Object.is(value, -0) && value >= -0x10000000 && value < 0x10000000) {
    writer.u8(amf3Marker.integer)
    return writeU29(writer, value & 0x1fffffff)
  }
  writer.u8(amf3Marker.double)
  writer.f64(value)
}

function writeComplex(writer: AmfWriter, value: Extract<AmfValue, object> | null): void {
  if (value === null) return writer.u8(amf3Marker.null)
  if (value instanceof Date) return writeDate(writer, value)
  if (isStrictArray(value)) return writeArray(writer, {}, value)
  if (value instanceof EcmaArray) return writeArray(writer, value.entries, [])
  if (value instanceof TypedObject) return writeObject(writer, value.className, value.fields)
  if (value instanceof XmlDocument) {
    writer.u8(amf3Marker.xmlDocument)
    return writeText(writer, value.text)
  }
  if (value instanceof Uint8Array) {
    writer.u8(amf3Marker.byteArray)
    return writeCounted(writer, value)
  }
  writeObject(writer, '', value)
}

function writeDate(writer: AmfWriter, value: Date): void {
  writer.u8(amf3Marker.date)
  writeU29(writer, 1)
  writer.f64(value.getTime())
}

function writeArray(writer: AmfWriter, entries: AmfObject, items: readonly AmfValue[]): void {
  if ('' in entries) throw new RangeError('Cannot encode AMF3 array: an entry must have a name')
  writer.u8(amf3Marker.array)
  writeU29(writer, (items.length << 1) | 1)
  writeNamed(writer, entries)
  for (const item of items) writeAmf3(writer, item)
}

/** All members are dynamic, but for one with an empty name: among the dynamic ones that name is the end. */
function writeObject(writer: AmfWriter, className: string, fields: AmfObject): void {
  const { '': unnamed, ...named } = fields
  const hasUnnamed = '' in fields
  writer.u8(amf3Marker.object)
  writeU29(writer, hasUnnamed ? 0x1b : 0x0b)
  writeText(writer, className)
  if (hasUnnamed) {
    writeText(writer, '')
    writeAmf3(writer, unnamed)
  }
  writeNamed(writer, named)
}

function writeNamed(writer: AmfWriter, fields: AmfObject): void {
  for (const [name, value] of Object.entries(fields)) {
    writeText(writer, name)
    writeAmf3(writer, value)
  }
  writeText(writer, '')
}

function writeText(writer: AmfWriter, text: string): void {
  writeCounted(writer, encodeUtf8(text))
}

function writeCounted(writer: AmfWriter, bytes: Uint8Array): void {
  if (bytes.length > 0xfffffff)
    throw new RangeError(`Cannot encode AMF3 text: its limit is 2^28 - 1 bytes, is ${bytes.length}`)
  writeU29(writer, bytes.length * 2 + 1)
  writer.bytes(bytes)
}

function writeU29(writer: AmfWriter, value: number): void {
  if (value < 0x80) return writer.u8(value)
  if (value < 0x4000) {
    writer.u8((value >> 7) | 0x80)
    return writer.u8(value & 0x7f)
  }
  if (value < 0x200000) {
    writer.u8((value >> 14) | 0x80)
    writer.u8(((value >> 7) & 0x7f) | 0x80)
    return writer.u8(value & 0x7f)
  }
  writer.u8((value >> 22) | 0x80)
  writer.u8(((value >> 15) & 0x7f) | 0x80)
  writer.u8(((value >> 8) & 0x7f) | 0x80)
  writer.u8(value & 0xff)
}
