import type { Field, FieldOptions } from './field.ts'
import { listOf } from './list-of.ts'

/** A key whose value is a list of texts. */
export function textList(options: FieldOptions<readonly string[]>): Field<readonly string[]> {
  return listOf('a list such as [a, b]', text => text, options)
}
