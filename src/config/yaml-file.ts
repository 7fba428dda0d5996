import type { TSchema } from 'typebox'
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { ConfigError } from '../core/errors.ts'
import { hint, lowerFirst } from './config-errors.ts'
import { defineKey, isDocumentMap, isEntryMap, isSection, joinPath } from './config-key.ts'
import { readDocument } from './document.ts'
import type { Field, Written } from './field.ts'
import type { DocumentMap, EntryMap, NamedDocument, Section } from './section.ts'
import { collect, type DocumentEntry, type EntryName, type Setting, type SourceReading } from './setting.ts'

/** Aliases (`*name`) that one file may use: enough for shared settings, too few for an alias bomb. */
const maxAliases = 100

/** Lists and sections inside each other in one document. */
const maxDepth = 16

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
type Found = Setting | EntryName | DocumentEntry | ConfigError

/** One key of the file with what stands behind it: a YAML node, `null` or nothing. */
type Entry = { readonly path: string; readonly at: Place; readonly node: unknown }

/** Where something begins, both from 1 on. */
type Place = { readonly line: number; readonly column: number }

const firstPlace: Place = { line: 1, column: 1 }

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
      return new ConfigError('', `Cannot read ${file}:${formatPlace(placeAt(lines, start))}: ${message}`)
    })
    return { settings: [], names: [], documents: [], problems }
  }
  const reader = { file, document, lines, known: pathsOf(schema, ''), aliasesLeft: maxAliases }
  return collect(readSection(reader, { path: '', at: firstPlace, node: document.contents }, schema))
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
    const entry = { path: joinPath(parent, name), at: placeOf(reader, key), node }
    const child = Object.hasOwn(section.properties, name) ? section.properties[name] : undefined
    if (child === undefined) yield unknownKey(reader, entry, parent, section)
    else if (seen.has(name)) yield wrong(reader, entry, 'the key stands there twice')
    else yield* readEntry(reader, entry, child)
    seen.add(name)
  }
}

/** The entries of a map whose names the operator chooses. */
function* readEntries(reader: Reader, { node, path, at }: Entry, map: EntryMap | DocumentMap): Generator<Found> {
  if (isNothing(node)) return
  if (!isMap(node)) return yield wrong(reader, { path, at, node }, `it must be a map of entries, is ${describe(node)}`)
  const { form, parse } = map.nameForm
  const seen = new Set<string>()
  for (const { key, value } of node.items) {
    const name = textOf(key) ?? '?'
    const entry = { path: joinPath(path, name), at: placeOf(reader, key), node: value }
    if (parse(name) === undefined) yield wrong(reader, entry, `its name must be ${form}, is ${JSON.stringify(name)}`)
    else if (seen.has(name)) yield wrong(reader, entry, 'the name stands there twice')
    else if (isDocumentMap(map)) yield* readNamedDocument(reader, entry, { map: path, name, schema: map.document })
    else {
      yield { map: path, name }
      yield* readEntry(reader, entry, map.additionalProperties)
    }
    seen.add(name)
  }
}

type DocumentPlace = { readonly map: string; readonly name: string; readonly schema: Section }

function* readNamedDocument(reader: Reader, entry: Entry, { map, name, schema }: DocumentPlace): Generator<Found> {
  const document = jsonOf(reader, entry.node ?? undefined, maxDepth) ?? {}
  const reading = readDocument(schema, document)
  if (reading.ok) return yield { documents: map, name, document: document as NamedDocument['document'] }
  for (const { pointer, detail } of reading.problems) {
    const keys = pointer.split('/').slice(1)
    const at = placeWithin(reader, entry, keys)
    yield wrong(reader, { path: [entry.path, ...keys].join('.'), at, node: undefined }, lowerFirst(detail))
  }
}

/** What a node stands for, its texts as they are written; `undefined` for what is too deep, or nothing. */
function jsonOf(reader: Reader, node: unknown, depth: number): unknown {
  if (depth === 0) return undefined
  if (isAlias(node)) {
    return reader.aliasesLeft-- > 0 ? jsonOf(reader, node.resolve(reader.document), depth - 1) : undefined
  }
  if (isSeq(node)) return node.items.map(item => jsonOf(reader, item, depth - 1))
  if (isMap(node)) {
    return Object.fromEntries(
      node.items.map(({ key, value }) => [textOf(key) ?? '?', jsonOf(reader, value, depth - 1)]),
    )
  }
  if (!isScalar(node) || node.value === null) return undefined
  // A number or a boolean, unless that would say it in another way: 0123 stays a text.
  return JSON.stringify(node.value) === textOf(node) ? node.value : textOf(node)
}

/** The place of the innermost of `keys` that is there. */
function placeWithin(reader: Reader, { at, node }: Entry, keys: readonly string[]): Place {
  const [key, ...rest] = keys
  if (key === undefined) return at
  if (isSeq(node)) {
    const item: unknown = node.items[Number(key)]
    return placeWithin(reader, { path: '', at: startOf(reader, item) ?? at, node: item }, rest)
  }
  const pair = isMap(node) ? node.items.find(item => textOf(item.key) === key) : undefined
  if (pair === undefined) return at
  return placeWithin(reader, { path: '', at: placeOf(reader, pair.key), node: pair.value }, rest)
}

function* readEntry(reader: Reader, entry: Entry, schema: TSchema): Generator<Found, void> {
  if (isAlias(entry.node)) {
    const node = reader.aliasesLeft-- > 0 ? entry.node.resolve(reader.document) : undefined
    const rule = `*${entry.node.source} must follow its anchor, and a file has at most ${maxAliases} aliases`
    if (node === undefined) yield wrong(reader, entry, rule)
    else yield* readEntry(reader, { ...entry, node }, schema)
  } else if (isSection(schema)) yield* readSection(reader, entry, schema)
  else if (isEntryMap(schema) || isDocumentMap(schema)) yield* readEntries(reader, entry, schema)
  else yield readValue(reader, entry, schema as Field<unknown>)
}

function readValue(reader: Reader, entry: Entry, field: Field<unknown>): Setting | ConfigError {
  const { node } = entry
  if (isNothing(node)) return wrong(reader, entry, 'it has no value (write "" for an empty text)')
  const written = writtenBy(node)
  if (written === undefined) return wrong(reader, entry, `it must be ${field.form}, is ${describe(node)}`)
  const origin = { from: 'file', file: reader.file, ...entry.at } as const
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
  return new ConfigError(
    entry.path,
    `Unknown key ${entry.path} at ${reader.file}:${formatPlace(entry.at)}${suggestion}`,
  )
}

function wrong(reader: Reader, { path, at }: Entry, rule: string): ConfigError {
  return new ConfigError(
    path,
    `Cannot use ${path || 'the configuration'} at ${reader.file}:${formatPlace(at)}: ${rule}`,
  )
}

function describe(node: unknown): string {
  if (isMap(node)) return 'a section'
  return isSeq(node) ? 'a list' : JSON.stringify(textOf(node))
}

function placeOf(reader: Reader, node: unknown): Place {
  return startOf(reader, node) ?? firstPlace
}

function startOf({ lines }: Reader, node: unknown): Place | undefined {
  return isNode(node) && node.range ? placeAt(lines, node.range[0]) : undefined
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

function formatPlace({ line, column }: Place): string {
  return `${line}:${column}`
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
