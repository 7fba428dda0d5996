import type { TSchema } from 'typebox'
import type { Field } from './field.ts'
import type { DocumentMap, EntryMap, Section } from './section.ts'

/** One key under all of its names. */
export type ConfigKey = {
  /** In the file: `record.segment.maxSize`. */
  readonly path: string
  /** In the environment: `SLUICE_RECORD_SEGMENT_MAX_SIZE`. */
  readonly variable: string
  /** On the command line: `--record-segment-max-size`. */
  readonly flag: string
  readonly field: Field<unknown>
}

/** One section with the keys that stand directly in it. */
export type KeyGroup = { readonly path: string; readonly description: string; readonly keys: readonly ConfigKey[] }

/** Every section of a schema that has keys of its own, in the schema's order, each before the sections inside it. */
export function groupsOf(schema: Section, path = ''): readonly KeyGroup[] {
  const children = Object.entries(schema.properties).map(([name, child]) => ({ path: joinPath(path, name), child }))
  const keys = children.flatMap(one => (isField(one.child) ? [defineKey(one.path, one.child)] : []))
  const own = keys.length === 0 ? [] : [{ path, description: schema.description ?? path, keys }]
  return [...own, ...children.flatMap(one => (isSection(one.child) ? groupsOf(one.child, one.path) : []))]
}

/** Every key of a schema, in the order of its groups. */
export function keysOf(schema: Section): readonly ConfigKey[] {
  return groupsOf(schema).flatMap(group => group.keys)
}

/** The key at `path`. Its other names follow from the path by the one rule that joins file, environment and flags. */
export function defineKey(path: string, field: Field<unknown>): ConfigKey {
  const words = path.replace(/([a-z0-9])([A-Z])/g, '$1.$2').split('.')
  return {
    path,
    variable: `SLUICE_${words.join('_').toUpperCase()}`,
    flag: `--${words.join('-').toLowerCase()}`,
    field,
  }
}

/** The path of what is called `name` in the section at `parent`; the whole configuration is at the empty path. */
export function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`
}

/** Every map of entries in a schema, with its path. */
export function entryMapsOf(schema: Section, path = ''): readonly { readonly path: string; readonly map: EntryMap }[] {
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const childPath = joinPath(path, name)
    if (isEntryMap(child)) return [{ path: childPath, map: child }]
    return isSection(child) ? entryMapsOf(child, childPath) : []
  })
}

/** Every map of documents in a schema, with its path. */
export function documentMapsOf(
  schema: Section,
  path = '',
): readonly { readonly path: string; readonly map: DocumentMap }[] {
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const childPath = joinPath(path, name)
    if (isDocumentMap(child)) return [{ path: childPath, map: child }]
    return isSection(child) ? documentMapsOf(child, childPath) : []
  })
}

/** True for a group of keys. */
export function isSection(schema: TSchema): schema is Section {
  return 'properties' in schema
}

/** True for a map whose keys the operator chooses. */
export function isEntryMap(schema: TSchema): schema is EntryMap {
  return 'nameForm' in schema && !isDocumentMap(schema)
}

/** True for a map of documents. */
export function isDocumentMap(schema: TSchema): schema is DocumentMap {
  return 'nameForm' in schema && 'document' in schema
}

/** True for what has a value. */
function isField(schema: TSchema): schema is Field<unknown> {
  return !isSection(schema) && !isEntryMap(schema) && !isDocumentMap(schema)
}
