import { defineField, type Field, type FieldOptions, oneText } from './field.ts'

/** A key whose value is any text: a name, a path, a password. */
export function text(options: FieldOptions<string>): Field<string> {
  return defineField(
    oneText('a text', { type: 'string' }, value => ({ value })),
    options,
  )
}
