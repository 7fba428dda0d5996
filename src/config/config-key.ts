import type { TSchema } from 'typebox'
import type { Field } from './field.ts'
import type { Section } from './section.ts'

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

/** Every key of a schema, in the schema's order. */
export function keysOf(schema: Section, parent = ''): readonly ConfigKey[] {
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const path = joinPath(parent, name)
    return isSection(child) ? keysOf(child, path) : [defineKey(path, child as Field<unknown>)]
  })
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

/** True for a group of keys, false for a field. */
export function isSection(schema: TSchema): schema is Section {
  return 'properties' in schema
}
