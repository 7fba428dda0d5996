/**
 * Anything that AMF0 and AMF3 can say, as plain immutable JavaScript.
 *
 * Objects are null-prototype records, so that a key such as `__proto__` is a key and nothing else. What the two formats
 * say differently is one thing here: `unsupported` is `undefined`, AMF3 integers and doubles are numbers, AMF3 vectors
 * are arrays.
 *
 * @see AMF0 specification §2, AMF3 specification §3
 */
export type AmfValue =
  | undefined
  | null
  | boolean
  | number
  | string
  | Date
  | AmfObject
  | EcmaArray
  | TypedObject
  | XmlDocument
  | Uint8Array
  | readonly AmfValue[]

export type AmfObject = { readonly [key: string]: AmfValue }

/** An array with names for indices: how encoders write onMetaData. Kept apart from objects, so that it is written back as it came. */
export class EcmaArray {
  readonly entries: AmfObject

  constructor(entries: AmfObject) {
    this.entries = entries
  }
}

/** An object of a named class. */
export class TypedObject {
  readonly className: string
  readonly fields: AmfObject

  constructor(className: string, fields: AmfObject) {
    this.className = className
    this.fields = fields
  }
}

/** XML text, not parsed. */
export class XmlDocument {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A null-prototype copy of `fields`: what the decoders give, so that tests compare equal. */
export function amfObject(fields: AmfObject): AmfObject {
  return Object.assign(Object.create(null), fields)
}

/** The named values of anything that has some: an object, a typed object or an ECMA array; else `undefined`. */
export function namedValues(value: AmfValue): AmfObject | undefined {
  if (value instanceof EcmaArray) return value.entries
  if (value instanceof TypedObject) return value.fields
  return isAmfObject(value) ? value : undefined
}

export function isStrictArray(value: AmfValue): value is readonly AmfValue[] {
  return Array.isArray(value)
}

function isAmfObject(value: AmfValue): value is AmfObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !isStrictArray(value) &&
    !(value instanceof EcmaArray) &&
    !(value instanceof TypedObject) &&
    !(value instanceof XmlDocument) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Date)
  )
}
