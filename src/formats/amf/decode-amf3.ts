import { ProtocolError } from '../../core/errors.ts'
import { AmfReader } from './amf-reader.ts'
import { type AmfValue, EcmaArray, TypedObject, XmlDocument } from './amf-value.ts'
import { amf3Marker } from './amf3-marker.ts'
import { AMF_LIMITS, DecodeBudget } from './decode-budget.ts'
import { ReferenceTable } from './reference-table.ts'

/**
 * Decode the one AMF3 value at `offset`; `next` is the offset behind it. Nothing in the result refers to `bytes`.
 *
 * Dictionaries and externalizable objects, whose form only their class knows, are not supported.
 *
 * @throws {ProtocolError} If the value is cut short, unknown, or larger than AMF_LIMITS.
 * @see AMF3 specification §3
 */
export function decodeAmf3(bytes: Uint8Array, offset = 0): { readonly value: AmfValue; readonly next: number } {
  const reader = new AmfReader(bytes, offset)
  const value = new Amf3Decoder(reader, new DecodeBudget()).value()
  return { value, next: reader.offset }
}

/** The class of an object: its name, the names of its fixed members, and whether others may follow. */
type Traits = { readonly className: string; readonly isDynamic: boolean; readonly names: readonly string[] }

/** Values that share their references. Strings, objects and traits are referred to apart (AMF3 §2.2). */
export class Amf3Decoder {
  readonly #reader: AmfReader
  readonly #budget: DecodeBudget
  readonly #objects: ReferenceTable
  readonly #strings: string[] = []
  readonly #traits: Traits[] = []

  constructor(reader: AmfReader, budget: DecodeBudget) {
    this.#reader = reader
    this.#budget = budget
    this.#objects = new ReferenceTable(budget)
  }

  value(depth = 0): AmfValue {
    this.#budget.spend(depth)
    const reader = this.#reader
    const marker = reader.u8()
    switch (marker) {
      case amf3Marker.undefined:
        return undefined
      case amf3Marker.null:
        return null
      case amf3Marker.false:
        return false
      case amf3Marker.true:
        return true
      case amf3Marker.integer:
        return (this.#u29() << 3) >> 3
      case amf3Marker.double:
        return reader.f64()
      case amf3Marker.string:
        return this.#string()
      case amf3Marker.xmlDocument:
      case amf3Marker.xml:
        return this.#complex(depth, length => new XmlDocument(reader.text(length)))
      case amf3Marker.date:
        return this.#complex(depth, () => new Date(reader.f64()))
      case amf3Marker.array:
        return this.#complex(depth, count => this.#array(count, depth + 1))
      case amf3Marker.object:
        return this.#complex(depth, header => this.#object(header, depth + 1))
      case amf3Marker.byteArray:
        return this.#complex(depth, length => reader.copy(length))
      case amf3Marker.vectorInt:
        return this.#complex(depth, count => this.#numbers(count, 4, depth + 1, () => reader.s32()))
      case amf3Marker.vectorUint:
        return this.#complex(depth, count => this.#numbers(count, 4, depth + 1, () => reader.u32()))
      case amf3Marker.vectorDouble:
        return this.#complex(depth, count => this.#numbers(count, 8, depth + 1, () => reader.f64()))
      case amf3Marker.vectorObject:
        return this.#complex(depth, count => this.#objectVector(count, depth + 1))
      default:
        throw new ProtocolError(
          'amf',
          'unsupported',
          `Cannot decode AMF3 value: its marker must be known, is ${marker}`,
        )
    }
  }

  /**
   * Variable length unsigned 29-bit integer (AMF3 §1.3.1).
   *
   *     0xxxxxxx
   *     1xxxxxxx 0xxxxxxx
   *     1xxxxxxx 1xxxxxxx 0xxxxxxx
   *     1xxxxxxx 1xxxxxxx 1xxxxxxx xxxxxxxx
   */
  #u29(): number {
    let value = 0
    for (let i = 0; i < 3; i++) {
      const byte = this.#reader.u8()
      value = (value << 7) | (byte & 0x7f)
      if (byte < 0x80) return value
    }
    return (value << 8) | this.#reader.u8()
  }

  /** A value that later ones may refer to: the low bit of its header says whether it is here or was before. */
  #complex(depth: number, read: (header: number) => AmfValue): AmfValue {
    const header = this.#u29()
    if ((header & 1) === 0) return this.#objects.resolve(header >> 1, depth)
    const index = this.#objects.open()
    return this.#objects.close(index, read(header >> 1))
  }

  #string(): string {
    const header = this.#u29()
    if (header & 1) {
      const text = this.#reader.text(header >> 1)
      if (text !== '') this.#strings.push(text)
      return text
    }
    const text = this.#strings[header >> 1]
    if (text === undefined) throw unknownReference('string', header >> 1)
    this.#budget.repeatBytes(text.length)
    return text
  }

  #name(): string {
    const name = this.#string()
    if (name.length > AMF_LIMITS.nameBytes) {
      throw new ProtocolError(
        'amf',
        'limit',
        `Cannot decode AMF3 name: its limit is ${AMF_LIMITS.nameBytes}, is ${name.length}`,
      )
    }
    return name
  }

  /** Named entries up to an empty name, then `count` items. With names it is what AMF0 calls an ECMA array. */
  #array(count: number, depth: number): AmfValue {
    const entries: Record<string, AmfValue> = Object.create(null)
    const hasNames = this.#namedInto(entries, depth)
    const items = this.#items(count, depth)
    if (!hasNames) return items
    for (const [i, item] of items.entries()) entries[i] = item
    return new EcmaArray(entries)
  }

  #object(header: number, depth: number): AmfValue {
    const traits = this.#readTraits(header)
    const fields: Record<string, AmfValue> = Object.create(null)
    for (const name of traits.names) fields[name] = this.value(depth)
    if (traits.isDynamic) this.#namedInto(fields, depth)
    return traits.className === '' ? fields : new TypedObject(traits.className, fields)
  }

  /** `header` without its reference bit: bit 0 set = traits follow, bit 1 = externalizable, bit 2 = dynamic, then the count. */
  #readTraits(header: number): Traits {
    if ((header & 1) === 0) {
      const known = this.#traits[header >> 1]
      if (known === undefined) throw unknownReference('traits', header >> 1)
      return known
    }
    if (header & 2)
      throw new ProtocolError('amf', 'unsupported', 'Cannot decode AMF3 object: it must not be externalizable')

    const className = this.#name()
    const count = header >> 3
    this.#reader.expect(count)
    const names: string[] = []
    for (let i = 0; i < count; i++) {
      this.#budget.spend(0)
      names.push(this.#name())
    }
    const traits = { className, isDynamic: (header & 4) !== 0, names }
    this.#traits.push(traits)
    return traits
  }

  #namedInto(fields: Record<string, AmfValue>, depth: number): boolean {
    let name = this.#name()
    const hasNames = name !== ''
    while (name !== '') {
      fields[name] = this.value(depth)
      name = this.#name()
    }
    return hasNames
  }

  #items(count: number, depth: number): AmfValue[] {
    this.#reader.expect(count)
    const items: AmfValue[] = []
    for (let i = 0; i < count; i++) items.push(this.value(depth))
    return items
  }

  #numbers(count: number, itemBytes: number, depth: number, read: () => number): number[] {
    this.#reader.u8() // whether the vector has a fixed length
    this.#reader.expect(count, itemBytes)
    const items: number[] = []
    for (let i = 0; i < count; i++) {
      this.#budget.spend(depth)
      items.push(read())
    }
    return items
  }

  #objectVector(count: number, depth: number): AmfValue[] {
    this.#reader.u8() // whether the vector has a fixed length
    this.#name() // the class of its items
    return this.#items(count, depth)
  }
}

function unknownReference(kind: string, index: number): ProtocolError {
  return new ProtocolError('amf', 'malformed', `Cannot resolve AMF3 ${kind} reference: it must be known, is ${index}`)
}
