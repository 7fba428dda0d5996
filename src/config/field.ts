import Type, { type TUnsafe } from 'typebox'

/** What an operator writes for one key: text, or several texts for a key that takes a list. */
export type Written = string | readonly string[]

/**
 * A value that was read, or `undefined` if the text is not of the field's form. `problem` says in a sentence what is
 * wrong where the form says too little, and shows nothing secret: "Cannot use the URL udp://…: …".
 */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string } | undefined

/**
 * When a changed value takes effect: on what runs, on what begins from then on (a connection, a stream, a file), or
 * only after a restart of the server.
 */
export type Effect = 'now' | 'next' | 'restart'

/** What every field says about itself, whatever its form. */
export type FieldOptions<Default> = {
  /** The value of a key that nobody sets, as an operator would write it. */
  readonly default: Default
  /** One line for the help text and the reference page. */
  readonly description: string
  /** Never show the value: passwords, tokens, keys. */
  readonly secret?: boolean
  /** When a change takes effect in a running server; without it, after a restart. */
  readonly effect?: Effect
  /** The key must be given: its default is no value. Only for keys of documents. */
  readonly isRequired?: boolean
}

/** How the values of a field look. */
export type FieldForm<Value> = {
  /** The allowed form as a noun phrase: "a duration such as 350ms or 20s". */
  readonly form: string
  /** The JSON schema of what is written. */
  readonly schema: Readonly<Record<string, unknown>>
  /** What the flag takes: no value (`--record-all`, `--no-record-all`), one value, or one value each time it is given. */
  readonly takes: 'nothing' | 'one' | 'many'
  parse(written: Written): Parsed<Value>
  /** What may be shown of a secret text: "rtmp://host/app/***". Without it, nothing is. */
  readonly hide?: (text: string) => string
}

/** One key of the configuration: the JSON schema of what is written, and how it reads as a `Value`. */
export type Field<Value> = TUnsafe &
  Omit<FieldForm<Value>, 'schema'> & {
    readonly description: string
    readonly default: string | number | boolean | readonly string[]
    readonly secret: boolean
    readonly effect: Effect
    readonly isRequired: boolean
  }

/** A field of the given form. The functions `duration`, `byteSize`, `text` and so on are what schemas are made of. */
export function defineField<Value>(
  { schema, ...form }: FieldForm<Value>,
  {
    default: fallback,
    description,
    secret = false,
    effect = 'restart',
    isRequired = false,
  }: FieldOptions<Field<Value>['default']>,
): Field<Value> {
  if (!isRequired && !isValue(form.parse(writtenDefault(fallback)))) {
    throw new RangeError(`Cannot define a field: its default must be ${form.form}, is "${String(fallback)}"`)
  }
  const field = { ...schema, ...form, default: fallback, description, secret, effect, isRequired }
  return Object.assign(Type.Unsafe<unknown>(field), field)
}

/** The default in the form in which every source writes values. */
export function writtenDefault(value: Field<unknown>['default']): Written {
  return typeof value === 'object' ? value : String(value)
}

/** The value of a key that nobody sets. */
export function defaultValue<Value>(field: Field<Value>): Value {
  const parsed = field.parse(writtenDefault(field.default))
  if (!isValue(parsed)) throw new RangeError(`Cannot read a default: it must be ${field.form}`)
  return parsed.value
}

function isValue<Value>(parsed: Parsed<Value>): parsed is { readonly value: Value } {
  return parsed !== undefined && 'value' in parsed
}

/** One text of a source that has no lists of its own, as the field takes it: a list separates its items with commas. */
export function writtenAs(field: Field<unknown>, text: string): Written {
  return field.takes === 'many' ? text.split(',').filter(item => item !== '') : text
}

/** The form of a field that takes one text. */
export function oneText<Value>(
  form: string,
  schema: FieldForm<Value>['schema'],
  parseText: (text: string) => Parsed<Value>,
): FieldForm<Value> {
  return {
    form,
    schema,
    takes: 'one',
    parse: written => (typeof written === 'string' ? parseText(written) : undefined),
  }
}
