import { ProtocolError } from '../../core/errors.ts'
import { AmfReader } from './amf-reader.ts'
import { type AmfObject, type AmfValue, EcmaArray, TypedObject, XmlDocument } from './amf-value.ts'
import { amf0Marker } from './amf0-marker.ts'
import { Amf3Decoder } from './decode-amf3.ts'
import { AMF_LIMITS, DecodeBudget } from './decode-budget.ts'
import { ReferenceTable } from './reference-table.ts'

/**
 * Decode the one AMF0 value at `offset`; `next` is the offset behind it. Nothing in the result refers to `bytes`.
 *
 * @throws {ProtocolError} If the value is cut short, unknown, or larger than AMF_LIMITS.
 * @see AMF0 specification §2
 */
export function decodeAmf0(bytes: Uint8Array, offset = 0): { readonly value: AmfValue; readonly next: number } {
  const reader = new AmfReader(bytes, offset)
  const value = new Amf0Decoder(reader).value()
  return { value, next: reader.offset }
}

/**
 * Decode all AMF0 values of a message body, up to its end.
 *
 * @throws {ProtocolError} If a value is cut short, unknown, or the body is larger than AMF_LIMITS.
 * @see AMF0 specification §2
 */
export function decodeAmf0Values(bytes: Uint8Array): AmfValue[] {
  const reader = new AmfReader(bytes)
  const decoder = new Amf0Decoder(reader)
  const values: AmfValue[] = []
  while (reader.remaining > 0) values.push(decoder.value())
  return values
}

const objectEnd = [0, 0, amf0Marker.objectEnd]

/** One body being read: the values of a body share its references and its budget. */
class Amf0Decoder {
  readonly #reader: AmfReader
  readonly #budget = new DecodeBudget()
  readonly #references = new ReferenceTable(this.#budget)

  constructor(reader: AmfReader) {
    this.#reader = reader
  }

  value(depth = 0): AmfValue {
    this.#budget.spend(depth)
    const reader = this.#reader
    const marker = reader.u8()
    switch (marker) {
      case amf0Marker.number:
        return reader.f64()
      case amf0Marker.boolean:
        return reader.u8() !== 0
      case amf0Marker.string:
        return reader.text(reader.u16())
      case amf0Marker.object:
        return this.#complex(() => this.#properties(depth + 1))
      case amf0Marker.null:
        return null
      case amf0Marker.undefined:
      case amf0Marker.unsupported:
        return undefined
      case amf0Marker.reference:
        return this.#references.resolve(reader.u16(), depth)
      case amf0Marker.ecmaArray:
        return this.#complex(() => this.#ecmaArray(depth + 1))
      case amf0Marker.strictArray:
        return this.#complex(() => this.#strictArray(depth + 1))
      case amf0Marker.date:
        return this.#date()
      case amf0Marker.longString:
        return reader.text(reader.u32())
      case amf0Marker.xmlDocument:
        return new XmlDocument(reader.text(reader.u32()))
      case amf0Marker.typedObject:
        return this.#complex(() => new TypedObject(this.#name(), this.#properties(depth + 1)))
      case amf0Marker.avmplusObject:
        return new Amf3Decoder(reader, this.#budget).value(depth)
      default:
        throw new ProtocolError(
          'amf',
          'unsupported',
          `Cannot decode AMF0 value: its marker must be known, is ${marker}`,
        )
    }
  }

  #complex<Value extends AmfValue>(read: () => Value): Value {
    const index = this.#references.open()
    return this.#references.close(index, read())
  }

  /** The count that comes first is only a hint (AMF0 §2.10), and wrong in files of several encoders: the end marker decides. */
  #ecmaArray(depth: number): EcmaArray {
    this.#reader.u32()
    return new EcmaArray(this.#properties(depth))
  }

  /**
   * Names and values up to the end marker, or up to the end of the body: some encoders leave the last marker out, and
   * librtmp (amf.c, AMF_Decode) and SRS (SrsAmf0Object::read) take such bodies.
   */
  #properties(depth: number): AmfObject {
    const fields: Record<string, AmfValue> = Object.create(null)
    while (this.#reader.remaining > 0 && !this.#reader.skip(objectEnd)) {
      const name = this.#name()
      fields[name] = this.value(depth)
    }
    return fields
  }

  #name(): string {
    const length = this.#reader.u16()
    if (length > AMF_LIMITS.nameBytes) {
      throw new ProtocolError(
        'amf',
        'limit',
        `Cannot decode AMF0 name: its limit is ${AMF_LIMITS.nameBytes} bytes, is ${length}`,
      )
    }
    return this.#reader.text(length)
  }

  #strictArray(depth: number): AmfValue[] {
    const count = this.#reader.u32()
    this.#reader.expect(count)
    const items: AmfValue[] = []
    for (let i = 0; i < count; i++) items.push(this.value(depth))
    return items
  }

  /** Milliseconds since 1970 in UTC, and a time zone that is reserved (AMF0 §2.13). */
  #date(): Date {
    const date = new Date(this.#reader.f64())
    this.#reader.u16()
    return date
  }
}
