import { type AmfObject, type AmfValue, EcmaArray, isStrictArray, TypedObject, XmlDocument } from './amf-value.ts'
import { AmfWriter, encodeUtf8 } from './amf-writer.ts'
import { amf0Marker } from './amf0-marker.ts'
import { writeAmf3 } from './encode-amf3.ts'

/**
 * Encode `values` one behind the other, as a message body has them.
 *
 * No references are written, so a value that contains itself cannot be encoded. Byte arrays, which AMF0 does not
 * know, are written as AMF3.
 *
 * @throws {RangeError} If a property name is longer than 65535 bytes.
 * @see AMF0 specification §2
 */
export function encodeAmf0(...values: readonly AmfValue[]): Uint8Array {
  const writer = new AmfWriter()
  for (const value of values) writeValue(writer, value)
  return writer.finish()
}

function writeValue(writer: AmfWriter, value: AmfValue): void {
  switch (typeof value) {
    case 'undefined':
      return writer.u8(amf0Marker.undefined)
    case 'boolean':
      writer.u8(amf0Marker.boolean)
      return writer.u8(value ? 1 : 0)
    case 'number':
      writer.u8(amf0Marker.number)
      return writer.f64(value)
    case 'string':
      return writeString(writer, value)
    default:
      return writeComplex(writer, value)
  }
}

function writeString(writer: AmfWriter, value: string): void {
  const bytes = encodeUtf8(value)
  if (bytes.length > 0xffff) return writeLong(writer, amf0Marker.longString, bytes)
  writer.u8(amf0Marker.string)
  writer.u16(bytes.length)
  writer.bytes(bytes)
}

function writeLong(writer: AmfWriter, marker: number, bytes: Uint8Array): void {
  writer.u8(marker)
  writer.u32(bytes.length)
  writer.bytes(bytes)
}

function writeComplex(writer: AmfWriter, value: Extract<AmfValue, object> | null): void {
  if (value === null) return writer.u8(amf0Marker.null)
  if (value instanceof Date) return writeDate(writer, value)
  if (value instanceof XmlDocument) return writeLong(writer, amf0Marker.xmlDocument, encodeUtf8(value.text))
  if (isStrictArray(value)) return writeStrictArray(writer, value)
  if (value instanceof EcmaArray) return writeEcmaArray(writer, value)
  if (value instanceof TypedObject) {
    writer.u8(amf0Marker.typedObject)
    writeName(writer, value.className)
    return writeProperties(writer, value.fields)
  }
  if (value instanceof Uint8Array) {
    writer.u8(amf0Marker.avmplusObject)
    return writeAmf3(writer, value)
  }
  writer.u8(amf0Marker.object)
  writeProperties(writer, value)
}

function writeDate(writer: AmfWriter, value: Date): void {
  writer.u8(amf0Marker.date)
  writer.f64(value.getTime())
  writer.u16(0)
}

function writeStrictArray(writer: AmfWriter, value: readonly AmfValue[]): void {
  writer.u8(amf0Marker.strictArray)
  writer.u32(value.length)
  for (const item of value) writeValue(writer, item)
}

function writeEcmaArray(writer: AmfWriter, value: EcmaArray): void {
  writer.u8(amf0Marker.ecmaArray)
  writer.u32(Object.keys(value.entries).length)
  writeProperties(writer, value.entries)
}

function writeProperties(writer: AmfWriter, fields: AmfObject): void {
  for (const [name, value] of Object.entries(fields)) {
    writeName(writer, name)
    writeValue(writer, value)
  }
  writer.u16(0)
  writer.u8(amf0Marker.objectEnd)
}

function writeName(writer: AmfWriter, name: string): void {
  const bytes = encodeUtf8(name)
  if (bytes.length > 0xffff)
    throw new RangeError(`Cannot encode AMF0 name: its limit is 65535 bytes, is ${bytes.length}`)
  writer.u16(bytes.length)
  writer.bytes(bytes)
}
