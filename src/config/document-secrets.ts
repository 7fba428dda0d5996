import type { TSchema } from 'typebox'
import type { DocumentProblem } from '../core/errors.ts'
import { isSection } from './config-key.ts'
import { isList, isObject, itemOf, joinPointer } from './document.ts'
import type { Field } from './field.ts'
import type { Section, SectionList } from './section.ts'

/** What stands where a secret, or a part of it, is not shown. */
export const hiddenMark = '***'

/** A document as it may be shown. It must be one that `readDocument` takes. */
export function hideSecrets(schema: Section, json: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(json)) return {}
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const child = schema.properties[name]
      return [name, child === undefined ? value : hideIn(child, value)]
    }),
  )
}

function hideIn(schema: TSchema, json: unknown): unknown {
  if (isList(schema))
    return Array.isArray(json) ? json.map(item => hideSecrets(schema.items, itemOf(schema, item))) : json
  if (isSection(schema)) return hideSecrets(schema, json)
  return hideValue(schema as Field<unknown>, json)
}

function hideValue(field: Field<unknown>, json: unknown): unknown {
  if (!field.secret || json === '') return json
  if (Array.isArray(json)) return json.map(item => hideValue(field, item))
  return typeof json === 'string' && field.hide !== undefined ? field.hide(json) : hiddenMark
}

/**
 * A document that somebody has read, changed and sent back: where a secret is still hidden, the one that is kept takes
 * its place.
 *
 * @param json What was sent.
 * @param kept What `hideSecrets` has hidden; `undefined` if there was nothing.
 * @param problems Is told of what is hidden and cannot be found.
 */
export function restoreSecrets(schema: Section, json: unknown, kept: unknown, problems: DocumentProblem[]): unknown {
  return restoreSection(schema, { json, kept, pointer: '' }, problems)
}

/** The same place in both documents. */
type Pair = { readonly json: unknown; readonly kept: unknown; readonly pointer: string }

function restoreSection(schema: Section, { json, kept, pointer }: Pair, problems: DocumentProblem[]): unknown {
  if (!isObject(json)) return json
  const before = isObject(kept) ? kept : {}
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const child = schema.properties[name]
      const pair = { json: value, kept: before[name], pointer: joinPointer(pointer, name) }
      return [name, child === undefined ? value : restoreIn(child, pair, problems)]
    }),
  )
}

function restoreIn(schema: TSchema, pair: Pair, problems: DocumentProblem[]): unknown {
  if (isList(schema)) return restoreList(schema, pair, problems)
  if (isSection(schema)) return restoreSection(schema, pair, problems)
  return restoreValue(schema as Field<unknown>, pair, problems)
}

/** An item is the one that looks the same as before, wherever it stands now. */
function restoreList(list: SectionList, { json, kept, pointer }: Pair, problems: DocumentProblem[]): unknown {
  if (!Array.isArray(json)) return json
  const schema = list.items
  const before: readonly unknown[] = Array.isArray(kept) ? kept.map(item => itemOf(list, item)) : []
  const looks = before.map(item => ({ item, look: lookOf(schema, item) }))
  return json.map((written: unknown, at) => {
    const item = itemOf(list, written)
    const alike = looks.filter(({ look }) => look === lookOf(schema, item))
    const [found] = alike
    const place = joinPointer(pointer, at)
    if (alike.length > 1 && alike.some(other => JSON.stringify(other.item) !== JSON.stringify(found?.item))) {
      return restoreSection(schema, { json: item, kept: undefined, pointer: place }, problems)
    }
    return restoreSection(schema, { json: item, kept: found?.item, pointer: place }, problems)
  })
}

/** What can be seen of the secrets of an item. */
function lookOf(schema: Section, item: unknown): string {
  const hidden = hideSecrets(schema, item)
  const secrets = Object.entries(schema.properties).filter(([, child]) => 'secret' in child && child.secret === true)
  return JSON.stringify(secrets.map(([name]) => hidden[name]))
}

/** A value that may have hidden parts. Of a list, each item is the one that looks the same as before. */
export function restoreValue(
  field: Field<unknown>,
  { json, kept, pointer }: Pair,
  problems: DocumentProblem[],
): unknown {
  if (!field.secret) return json
  if (Array.isArray(json)) {
    const before: readonly unknown[] = [kept ?? []].flat()
    // As it was read, it means what it was.
    if (json.length === before.length && before.every((old, at) => hideValue(field, old) === json[at])) return before
    return json.map((item: unknown, at) => {
      const alike = before.filter(old => hideValue(field, old) === item)
      const isClear = alike.every(old => old === alike[0])
      return restoreValue(
        field,
        { json: item, kept: isClear ? alike[0] : undefined, pointer: joinPointer(pointer, at) },
        problems,
      )
    })
  }
  if (typeof json !== 'string' || !json.includes(hiddenMark)) return json
  if (kept !== undefined && hideValue(field, kept) === json) return kept
  problems.push({ pointer, detail: `It has a hidden part (${hiddenMark}) that cannot be told: write it out` })
  return json
}
