import { defineField, type Field, type FieldOptions, oneText } from './field.ts'
import { type Limits, limitsPhrase } from './limits.ts'

/** A key whose value is a whole number. */
export function integer(options: FieldOptions<number> & Limits<number>): Field<number> {
  const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = options
  return defineField(
    oneText(`a whole number${limitsPhrase(options)}`, { type: 'integer', minimum, maximum }, text => {
      const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
      return value >= minimum && value <= maximum ? { value } : undefined
    }),
    options,
  )
}
