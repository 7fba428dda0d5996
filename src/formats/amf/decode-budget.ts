import { ProtocolError } from '../../core/errors.ts'
import { type AmfValue, isStrictArray, namedValues, XmlDocument } from './amf-value.ts'

/** What one AMF body may ask of us. Far above what encoders and players send. */
export const AMF_LIMITS = {
  /** Containers inside containers. */
  depth: 32,
  /** Values in one body, those that references repeat counted each time. The keyframe index of a 10 h file has 36 000. */
  values: 65_536,
  /** Bytes of a property name or class name. A third of what AMF0 can write, as each bad byte of UTF-8 becomes three. */
  nameBytes: 16_384,
  /** Bytes of text and byte arrays that references repeat in one body. */
  repeatedBytes: 1_048_576,
} as const

/** Counts what one body has taken of AMF_LIMITS, so that a small body cannot become a large value. */
export class DecodeBudget {
  #values: number = AMF_LIMITS.values
  #repeatedBytes: number = AMF_LIMITS.repeatedBytes

  /** Account for one value that lies inside `depth` containers. */
  spend(depth: number): void {
    if (depth > AMF_LIMITS.depth) throw exceeded(`nesting is limited to ${AMF_LIMITS.depth}`)
    if (--this.#values < 0) throw exceeded(`values are limited to ${AMF_LIMITS.values}`)
  }

  /** Account for a whole value that a reference repeats. */
  repeat(value: AmfValue, depth: number): void {
    this.spend(depth)
    if (typeof value === 'string') this.repeatBytes(value.length)
    else if (value instanceof XmlDocument) this.repeatBytes(value.text.length)
    else if (value instanceof Uint8Array) this.repeatBytes(value.length)
    else if (isStrictArray(value)) for (const item of value) this.repeat(item, depth + 1)
    else {
      for (const [name, item] of Object.entries(namedValues(value) ?? {})) {
        this.repeatBytes(name.length)
        this.repeat(item, depth + 1)
      }
    }
  }

  repeatBytes(length: number): void {
    this.#repeatedBytes -= length
    if (this.#repeatedBytes < 0) throw exceeded(`repeated bytes are limited to ${AMF_LIMITS.repeatedBytes}`)
  }
}

function exceeded(rule: string): ProtocolError {
  return new ProtocolError('amf', 'limit', `Cannot decode AMF body: ${rule}`)
}
