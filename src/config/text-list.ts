import { defineField, type Field, type FieldOptions } from './field.ts'

/** A key whose value is a list of texts: a sequence in the file, `a,b` in a variable, a flag given several times. */
export function textList(options: FieldOptions<readonly string[]>): Field<readonly string[]> {
  return defineField(
    {
      form: 'a list such as [a, b]',
      schema: { type: 'array', items: { type: 'string' } },
      takes: 'many',
      parse: written => ({ value: typeof written === 'string' ? [written] : written }),
    },
    options,
  )
}
