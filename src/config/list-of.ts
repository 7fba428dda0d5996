import { defineField, type Field, type FieldForm, type FieldOptions } from './field.ts'

/** A key whose value is a list: a sequence in the file, `a,b` in a variable, a flag given several times. */
export function listOf<Item>(
  /** The allowed form of the whole list, as a noun phrase. */
  form: string,
  /** `undefined` for what is no item. */
  parse: (text: string) => Item | undefined,
  { hide, ...options }: FieldOptions<readonly string[]> & Pick<FieldForm<unknown>, 'hide'>,
): Field<readonly Item[]> {
  return defineField(
    {
      form,
      schema: { type: 'array', items: { type: 'string' } },
      takes: 'many',
      parse: written => {
        const items = [written].flat().map(text => parse(text))
        return items.every(item => item !== undefined) ? { value: items } : undefined
      },
      ...(hide && { hide }),
    },
    options,
  )
}
