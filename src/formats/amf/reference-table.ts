import { ProtocolError } from '../../core/errors.ts'
import type { AmfValue } from './amf-value.ts'
import type { DecodeBudget } from './decode-budget.ts'

const unfinished = Symbol('unfinished')

/**
 * The complex values of one body in the order in which they began, for later values to refer to.
 *
 * A value that refers to one it lies inside of is refused: no peer needs it, and nothing else here could be endless.
 *
 * @see AMF0 §2.9, AMF3 §2.2
 */
export class ReferenceTable {
  readonly #values: (AmfValue | typeof unfinished)[] = []
  readonly #budget: DecodeBudget

  constructor(budget: DecodeBudget) {
    this.#budget = budget
  }

  /** Give the next place to a value that is about to be read. */
  open(): number {
    return this.#values.push(unfinished) - 1
  }

  close<Value extends AmfValue>(index: number, value: Value): Value {
    this.#values[index] = value
    return value
  }

  resolve(index: number, depth: number): AmfValue {
    if (index >= this.#values.length) {
      throw new ProtocolError(
        'amf',
        'malformed',
        `Cannot resolve AMF reference ${index}: the body has ${this.#values.length}`,
      )
    }
    const value = this.#values[index]
    if (value === unfinished) {
      throw new ProtocolError(
        'amf',
        'unsupported',
        `Cannot resolve AMF reference ${index}: it lies inside what it refers to`,
      )
    }
    this.#budget.repeat(value, depth)
    return value
  }
}
