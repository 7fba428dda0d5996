import { defineField, type Field, type FieldOptions, oneText } from './field.ts'

/** A key whose value is one of a few words. */
export function choice<const Word extends string>(
  words: readonly Word[],
  options: FieldOptions<NoInfer<Word>>,
): Field<Word> {
  return defineField(
    oneText(`one of ${words.join(', ')}`, { type: 'string', enum: words }, text => {
      const value = words.find(word => word === text)
      return value === undefined ? undefined : { value }
    }),
    options,
  )
}
