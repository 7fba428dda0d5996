import type { TSchema } from 'typebox'
import type { DocumentProblem } from '../core/errors.ts'
import { isSection } from './config-key.ts'
import { defaultValue, type Field, type Written } from './field.ts'
import { nearest } from './nearest.ts'
import type { Decoded, Overrides, Section, SectionList } from './section.ts'

export type DocumentReading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] }

/**
 * Read a JSON document by the same fields that a configuration is read by: what is left out has its default. Everything
 * that is wrong is said at once.
 */
export function readDocument<Schema extends Section>(schema: Schema, json: unknown): DocumentReading<Decoded<Schema>> {
  const problems: DocumentProblem[] = []
  const value = readSection(schema, { json, pointer: '' }, problems)
  // The schema made both the type and the value: each field's value stands where the field stands.
  if (problems.length === 0 && schema.rule !== undefined) problems.push(...schema.rule(value as never))
  return problems.length === 0 ? { ok: true, value: value as Decoded<Schema> } : { ok: false, problems }
}

/** Something in a document, and where it stands. */
type Place = { readonly json: unknown; readonly pointer: string }

/** What is wrong is added to `problems`; the value that is returned then is not used. */
function readSection(section: Section, place: Place, problems: DocumentProblem[]): Record<string, unknown> {
  const { json, pointer } = place
  if (!isObject(json)) {
    problems.push(wrong(place, 'an object'))
    return {}
  }
  const known = Object.keys(section.properties)
  for (const name of Object.keys(json)) {
    if (known.includes(name)) continue
    const detail = section.notYet?.includes(name) ? 'It is not supported yet' : unknownKey(name, known, section)
    problems.push({ pointer: joinPointer(pointer, name), detail })
  }
  const values: Record<string, unknown> = {}
  for (const [name, child] of Object.entries(section.properties)) {
    const at = { json: Object.hasOwn(json, name) ? json[name] : undefined, pointer: joinPointer(pointer, name) }
    const isMissing = at.json === undefined || at.json === null
    if (isMissing && isOverrides(section)) continue
    values[name] = isMissing ? readMissing(child, at, problems) : readChild(child, at, problems)
  }
  return values
}

function readChild(child: TSchema, place: Place, problems: DocumentProblem[]): unknown {
  if (isList(child)) return readList(child, place, problems)
  if (isSection(child)) return readSection(child, place, problems)
  return readField(child as Field<unknown>, place, problems)
}

/** What a key stands for that nobody wrote. */
function readMissing(child: TSchema, { pointer }: Place, problems: DocumentProblem[]): unknown {
  if (isList(child)) return []
  if (isSection(child)) return readSection(child, { json: {}, pointer }, problems)
  const field = child as Field<unknown>
  if (!field.isRequired) return defaultValue(field)
  problems.push({ pointer, detail: `It is missing: it must be ${field.form}` })
  return undefined
}

function readList(list: SectionList, place: Place, problems: DocumentProblem[]): readonly unknown[] {
  const { items, maxItems } = list
  const { json, pointer } = place
  if (!Array.isArray(json)) {
    problems.push(wrong(place, 'a list'))
    return []
  }
  if (json.length > maxItems) {
    problems.push({ pointer, detail: `It must have at most ${maxItems} items, has ${json.length}` })
    return []
  }
  return json.map((item: unknown, at) =>
    readSection(items, { json: itemOf(list, item), pointer: joinPointer(pointer, at) }, problems),
  )
}

/** An item of a list, written out where it is a text that stands for one of its keys. */
export function itemOf({ shorthand }: SectionList, item: unknown): unknown {
  return shorthand !== undefined && typeof item === 'string' ? { [shorthand]: item } : item
}

function readField(field: Field<unknown>, place: Place, problems: DocumentProblem[]): unknown {
  const written = writtenAs(place.json)
  const parsed = written === undefined ? undefined : field.parse(written)
  if (parsed !== undefined && 'value' in parsed) return parsed.value
  if (parsed === undefined) problems.push(...wrongValue(field, place))
  else problems.push({ pointer: place.pointer, detail: parsed.problem })
  return undefined
}

/** Wrong items of one list that are named. */
const maxStrangers = 20

/** What is wrong with a value: of a list, each of the items that do not belong there. */
function wrongValue(field: Field<unknown>, place: Place): readonly DocumentProblem[] {
  const { form, secret } = field
  const items = field.takes === 'many' && Array.isArray(place.json) ? place.json : []
  const places = items.map((json: unknown, at) => ({ json, pointer: joinPointer(place.pointer, at) }))
  const strangers = places.filter(({ json }) => {
    const written = writtenAs([json])
    return written === undefined || field.parse(written) === undefined
  })
  if (strangers.length === 0) return [wrong(place, form, secret)]
  return strangers.slice(0, maxStrangers).map(item => wrong(item, `one of ${form}`, secret))
}

/** A value of JSON, as an operator would write it in a file; `undefined` if there is no such way. */
export function writtenAs(json: unknown): Written | undefined {
  if (!Array.isArray(json)) return textOf(json)
  const items = json.map(textOf)
  return items.every(item => item !== undefined) ? items : undefined
}

function textOf(json: unknown): string | undefined {
  return typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? String(json) : undefined
}

function wrong({ json, pointer }: Place, form: string, isSecret = false): DocumentProblem {
  const shown = isSecret ? 'not shown' : describe(json)
  return { pointer, detail: `It must be ${form}, is ${shown}` }
}

/** What to say of a key that is none; in `section`, it may stand one level below. */
export function unknownKey(name: string, known: readonly string[], section?: Section): string {
  const below = Object.entries(section?.properties ?? {}).find(([, child]) => {
    return isSection(child) && Object.hasOwn(child.properties, name)
  })
  const meant = below === undefined ? nearest(name, known) : `${below[0]}.${name}`
  return meant === undefined
    ? `There is no such key: the keys here are ${known.join(', ')}`
    : `There is no such key: did you mean ${meant}?`
}

/** Longest text of a wrong value that is shown. */
const maxShown = 80

function describe(json: unknown): string {
  if (Array.isArray(json)) return 'a list'
  if (isObject(json)) return 'an object'
  const text = JSON.stringify(json) ?? 'nothing'
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

/** @see RFC 6901 §3 */
export function joinPointer(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** True for sections one after another. */
export function isList(schema: TSchema): schema is SectionList {
  return 'maxItems' in schema && 'items' in schema && isSection(schema.items as TSchema)
}

/** True for a section whose keys have no defaults. */
export function isOverrides(schema: TSchema): schema is Overrides {
  return 'isOverrides' in schema
}
