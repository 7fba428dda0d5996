import type { TSchema } from 'typebox'
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { ConfigError } from '../core/errors.ts'
import { hint } from './config-errors.ts'
import { defineKey, isEntryMap, isSection, joinPath } from './config-key.ts'
import type { Field, Written } from './field.ts'
import type { EntryMap, Section } from './section.ts'
import { collect, type EntryName, type Setting, type SourceReading } from './setting.ts'

/** Aliases (`*name`) that one file may use: enough for shared settings, too few for an alias bomb. */
const maxAliases = 100

/** The file that is being read. */
type Reader = {
  readonly file: string
  readonly document: Document
  readonly lines: LineCounter
  /** Paths of all sections and keys, for hints. */
  readonly known: readonly string[]
  aliasesLeft: number
}

/** What is found on the way through the file. */
type Found = Setting | EntryName | ConfigError

/** One key of the file with what stands behind it: a YAML node, `null` or nothing. */
type Entry = { readonly path: string; readonly line: number; readonly node: unknown }

/**
 * Read the settings of a YAML file. Scalars are taken as they are written (`0123` stays `0123`), so that a field reads
 * the same text from every source. Only what the schema knows is descended into, which bounds depth and aliases.
 */
export function readYaml(file: string, source: string, schema: Section): SourceReading {
  const lines = new LineCounter()
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  const flaws = [...document.errors, ...document.warnings]
  if (flaws.length > 0) {
    const problems = flaws.map(({ message, pos: [start] }) => {
      return new ConfigError('', `Cannot read ${file}:${lines.linePos(start).line}: ${message}`)
    })
    return { settings: [], names: [], problems }
  }
  const reader = { file, document, lines, known: pathsOf(schema, ''), aliasesLeft: maxAliases }
  return collect(readSection(reader, { path: '', line: 1, node: document.contents }, schema))
}

function* readSection(reader: Reader, entry: Entry, section: Section): Generator<Found, void> {
  const { node, path } = entry
  if (isNothing(node)) return
  if (isMap(node)) yield* readKeys(reader, node, path, section)
  else yield wrong(reader, entry, `it must be a section of keys (${keyNames(section)}), is ${describe(node)}`)
}

function* readKeys(reader: Reader, map: YAMLMap, parent: string, section: Section): Generator<Found> {
  const seen = new Set<string>()
  for (const { key, value: node } of map.items) {
    const name = textOf(key) ?? '?'
    const entry = { path: joinPath(parent, name), line: lineOf(reader, key), node }
    const child = Object.hasOwn(section.properties, name) ? section.properties[name] : undefined
    if (child === undefined) yield unknownKey(reader, entry, parent, section)
    else if (seen.has(name)) yield wrong(reader, entry, 'the key stands there twice')
    else yield* readEntry(reader, entry, child)
    seen.add(name)
  }
}

/** The entries of a map whose names the operator chooses. */
function* readEntries(reader: Reader, { node, path, line }: Entry, map: EntryMap): Generator<Found> {
  if (isNothing(node)) return
  if (!isMap(node))
    return yield wrong(reader, { path, line, node }, `it must be a map of entries, is ${describe(node)}`)
  const { form, parse } = map.nameForm
  const seen = new Set<string>()
  for (const { key, value } of node.items) {
    const name = textOf(key) ?? '?'
    const entry = { path: joinPath(path, name), line: lineOf(reader, key), node: value }
    if (parse(name) === undefined) yield wrong(reader, entry, `its name must be ${form}, is ${JSON.stringify(name)}`)
    else if (seen.has(name)) yield wrong(reader, entry, 'the name stands there twice')
    else {
      yield { map: path, name }
      yield* readEntry(reader, entry, map.additionalProperties)
    }
    seen.add(name)
  }
}

function* readEntry(reader: Reader, entry: Entry, schema: TSchema): Generator<Found, void> {
  if (isAlias(entry.node)) {
    const node = reader.aliasesLeft-- > 0 ? entry.node.resolve(reader.document) : undefined
    const rule = `*${entry.node.source} must follow its anchor, and a file has at most ${maxAliases} aliases`
    if (node === undefined) yield wrong(reader, entry, rule)
    else yield* readEntry(reader, { ...entry, node }, schema)
  } else if (isSection(schema)) yield* readSection(reader, entry, schema)
  else if (isEntryMap(schema)) yield* readEntries(reader, entry, schema)
  else yield readValue(reader, entry, schema as Field<unknown>)
}

function readValue(reader: Reader, entry: Entry, field: Field<unknown>): Setting | ConfigError {
  const { node } = entry
  if (isNothing(node)) return wrong(reader, entry, 'it has no value (write "" for an empty text)')
  const written = writtenBy(node)
  if (written === undefined) return wrong(reader, entry, `it must be ${field.form}, is ${describe(node)}`)
  const origin = { from: 'file', file: reader.file, line: entry.line } as const
  return { key: defineKey(entry.path, field), written, origin }
}

/** The text of a scalar, or the texts of a list of scalars. */
function writtenBy(node: unknown): Written | undefined {
  if (!isSeq(node)) return textOf(node)
  const items = node.items.map(textOf)
  return items.every(item => item !== undefined) ? items : undefined
}

/** What a scalar says, letter by letter. */
function textOf(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined
  return typeof node.value === 'string' ? node.value : node.source
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null)
}

function unknownKey(reader: Reader, entry: Entry, parent: string, section: Section): ConfigError {
  const known = [...reader.known, ...Object.keys(section.properties).map(name => joinPath(parent, name))]
  const suggestion = hint(entry.path, known, `the keys here are ${keyNames(section)}`)
  return new ConfigError(entry.path, `Unknown key ${entry.path} at ${reader.file}:${entry.line}${suggestion}`)
}

function wrong(reader: Reader, { path, line }: Entry, rule: string): ConfigError {
  return new ConfigError(path, `Cannot use ${path || 'the configuration'} at ${reader.file}:${line}: ${rule}`)
}

function describe(node: unknown): string {
  if (isMap(node)) return 'a section'
  return isSeq(node) ? 'a list' : JSON.stringify(textOf(node))
}

function lineOf({ lines }: Reader, node: unknown): number {
  return isScalar(node) && node.range ? lines.linePos(node.range[0]).line : 1
}

function keyNames(section: Section): string {
  return Object.keys(section.properties).join(', ')
}

/** Paths of all sections and keys. */
function pathsOf(section: Section, parent: string): readonly string[] {
  return Object.entries(section.properties).flatMap(([name, child]) => {
    const path = joinPath(parent, name)
    return isSection(child) ? [path, ...pathsOf(child, path)] : [path]
  })
}
