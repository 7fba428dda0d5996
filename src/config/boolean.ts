import { defineField, type Field, type FieldOptions, type Parsed, type Written } from './field.ts'

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** Read a word that switches something on or off, in any case, or return `undefined`. */
export function parseBoolean(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return Object.hasOwn(words, word) ? words[word] : undefined
}

/** A key that is on or off. Its flag takes no value: `--record-all`, `--no-record-all`. */
export function boolean(options: FieldOptions<boolean>): Field<boolean> {
  return defineField(
    { form: 'true or false (or yes, no, on, off, 1, 0)', schema: { type: 'boolean' }, takes: 'nothing', parse },
    options,
  )
}

function parse(written: Written): Parsed<boolean> {
  const value = typeof written === 'string' ? parseBoolean(written) : undefined
  return value === undefined ? undefined : { value }
}
