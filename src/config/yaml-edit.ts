import { type Document, isAlias, isMap, isScalar, parseDocument, Scalar, YAMLMap } from 'yaml'
import { isObject } from './document.ts'

/** What is to stand at a place of a YAML file: `undefined` for nothing, `{}` for a map, which may have keys already. */
export type YamlEdit = { readonly keys: readonly string[]; readonly value: unknown }

/**
 * Change single places of a YAML file. Comments, the order of keys and the texts of all values stay as they are; spaces
 * may be set anew.
 *
 * @param source Must be without errors.
 * @throws {Error} If an alias would lose its anchor.
 */
export function editYaml(source: string, edits: readonly YamlEdit[]): string {
  if (edits.length === 0) return source
  // All scalars are texts here, so that none is written in another way: 0123 stays 0123.
  const document: Document = parseDocument(source, { schema: 'failsafe', uniqueKeys: false, logLevel: 'error' })
  if (!isMap(document.contents)) document.contents = emptyMap()
  for (const { keys, value } of edits) {
    if (value === undefined) remove(document, keys)
    else set(document, keys, value)
  }
  return document.toString({ lineWidth: 0 }).replace(/^\n/, '')
}

function remove(document: Document, keys: readonly string[]): void {
  const parent = mapAt(document, keys.slice(0, -1), false)
  const name = keys.at(-1) ?? ''
  if (parent === undefined) return
  parent.items = parent.items.filter(({ key }) => textOf(key) !== name)
}

function set(document: Document, keys: readonly string[], value: unknown): void {
  if (isObject(value)) return void mapAt(document, keys, true)
  const parent = mapAt(document, keys.slice(0, -1), true)
  const name = keys.at(-1) ?? ''
  const pair = parent?.items.find(({ key }) => textOf(key) === name)
  const node = document.createNode(nodeOf(value))
  if (pair === undefined) parent?.items.push(document.createPair(nodeOf(name), node))
  else {
    if (isScalar(pair.value) && isScalar(node)) keepLook(pair.value, node)
    pair.value = node
  }
}

/** The map at a place; where there is none, one is put there if `isWanted`. */
function mapAt(document: Document, keys: readonly string[], isWanted: boolean): YAMLMap | undefined {
  let map = document.contents as YAMLMap
  for (const name of keys) {
    let pair = map.items.find(({ key }) => textOf(key) === name)
    if (pair === undefined) {
      if (!isWanted) return undefined
      pair = document.createPair(nodeOf(name), emptyMap())
      map.items.push(pair)
    }
    // What other places share is not to change there.
    if (isAlias(pair.value)) pair.value = ownCopy(document, pair.value.resolve(document))
    if (!isMap(pair.value)) pair.value = emptyMap()
    map = pair.value as YAMLMap
  }
  return map
}

/** What the operator has written around a value. */
function keepLook(before: Scalar, node: Scalar): void {
  const { comment, type } = before
  if (comment !== undefined) node.comment = comment
  if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') node.type = type
}

function ownCopy(document: Document, node: unknown): unknown {
  if (!isMap(node)) return node
  const copy = node.clone(document.schema) as YAMLMap
  delete copy.anchor
  return copy
}

function emptyMap(): YAMLMap {
  return new YAMLMap()
}

function textOf(key: unknown): unknown {
  return isScalar(key) ? key.value : undefined
}

/** The value with its texts as they are read again. */
function nodeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nodeOf)
  if (isObject(value)) return new Map(Object.entries(value).map(([name, member]) => [nodeOf(name), nodeOf(member)]))
  const scalar = new Scalar(String(value))
  scalar.type = typeof value !== 'string' || isPlain(value) ? 'PLAIN' : 'QUOTE_DOUBLE'
  return scalar
}

/** Whether a text is one without quotes too. */
function isPlain(text: string): boolean {
  const { errors, warnings, contents } = parseDocument(text, { logLevel: 'silent' })
  return errors.length === 0 && warnings.length === 0 && isScalar(contents) && contents.value === text
}
