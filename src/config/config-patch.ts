import type { TSchema } from 'typebox'
import type { DocumentProblem } from '../core/errors.ts'
import { mergePatch } from '../core/merge-patch.ts'
import { isDocumentMap, isEntryMap, isSection, joinPath } from './config-key.ts'
import { isObject, joinPointer, readDocument, unknownKey, writtenAs } from './document.ts'
import { restoreSecrets, restoreValue } from './document-secrets.ts'
import type { Field } from './field.ts'
import type { LoadedConfig } from './load-config.ts'
import type { DocumentMap, EntryMap, Section } from './section.ts'
import type { YamlEdit } from './yaml-edit.ts'

/** What a patch changes in the file. */
export type ConfigPatch = { readonly edits: readonly YamlEdit[]; readonly problems: readonly DocumentProblem[] }

type Loaded = Pick<LoadedConfig<unknown>, 'settings' | 'documents'>

/** Where the patch is read. */
type Reader = { readonly loaded: Loaded; readonly edits: YamlEdit[]; readonly problems: DocumentProblem[] }

/** A part of the patch, and where it stands. */
type Place = { readonly json: unknown; readonly keys: readonly string[] }

/**
 * Read a merge patch of the configuration file: `null` takes a key away, so that its default holds, lists are replaced,
 * and hidden secrets stay what they are.
 *
 * @param loaded What is in force.
 * @see RFC 7396
 */
export function readConfigPatch(schema: Section, json: unknown, loaded: Loaded): ConfigPatch {
  const reader: Reader = { loaded, edits: [], problems: [] }
  readSection(reader, schema, { json, keys: [] })
  return reader
}

function readSection(reader: Reader, section: Section, { json, keys }: Place): void {
  if (!isObject(json)) return tell(reader, keys, 'It must be an object')
  const known = Object.keys(section.properties)
  for (const [name, value] of Object.entries(json)) {
    const place = { json: value, keys: [...keys, name] }
    const child = Object.hasOwn(section.properties, name) ? section.properties[name] : undefined
    if (child === undefined) tell(reader, place.keys, unknownKey(name, known))
    else readChild(reader, child, place)
  }
}

function readChild(reader: Reader, child: TSchema, place: Place): void {
  if (isDocumentMap(child)) readNamed(reader, child, place, (name, at) => readNamedDocument(reader, child, name, at))
  else if (isEntryMap(child)) readNamed(reader, child, place, (_, at) => readEntry(reader, child, at))
  else if (!isSection(child)) readField(reader, child as Field<unknown>, place)
  else if (place.json === null) readRemoved(reader, place)
  else readSection(reader, child, place)
}

/** Every key in it has its default, as far as the file says something of it. */
function readRemoved({ edits }: Reader, { keys }: Place): void {
  edits.push({ keys, value: undefined })
}

function readNamed(
  reader: Reader,
  { nameForm }: EntryMap | DocumentMap,
  place: Place,
  readValue: (name: string, place: Place) => void,
): void {
  const { json, keys } = place
  if (json === null) return readRemoved(reader, place)
  if (!isObject(json)) return tell(reader, keys, 'It must be an object')
  for (const [name, value] of Object.entries(json)) {
    const at = { json: value, keys: [...keys, name] }
    if (value === null) readRemoved(reader, at)
    else if (nameForm.parse(name) === undefined) tell(reader, at.keys, `Its name must be ${nameForm.form}`)
    else readValue(name, at)
  }
}

function readEntry(reader: Reader, { additionalProperties }: EntryMap, place: Place): void {
  reader.edits.push({ keys: place.keys, value: {} })
  readSection(reader, additionalProperties, place)
}

/** A document is read as a whole, as what is in it has to fit together. */
function readNamedDocument(reader: Reader, { document: schema }: DocumentMap, name: string, place: Place): void {
  const { json, keys } = place
  if (!isObject(json)) return tell(reader, keys, 'It must be an object')
  const path = keys.slice(0, -1).join('.')
  const kept = reader.loaded.documents.find(entry => entry.documents === path && entry.name === name)?.document ?? {}
  const problems: DocumentProblem[] = []
  const whole = restoreSecrets(schema, mergePatch(kept, json), kept, problems)
  const reading = readDocument(schema, whole)
  if (!reading.ok) problems.push(...reading.problems)
  const at = pointerOf(keys)
  reader.problems.push(...problems.map(({ pointer, detail }) => ({ pointer: `${at}${pointer}`, detail })))
  reader.edits.push(...documentEdits(json, whole, keys))
}

/** What the patch names, as it stands in the whole document. */
function documentEdits(patch: unknown, whole: unknown, keys: readonly string[]): readonly YamlEdit[] {
  if (patch === null) return [{ keys, value: undefined }]
  if (!isObject(patch) || !isObject(whole)) return [{ keys, value: whole }]
  const members = Object.entries(patch).flatMap(([name, value]) => documentEdits(value, whole[name], [...keys, name]))
  return [{ keys, value: {} }, ...members]
}

function readField(reader: Reader, field: Field<unknown>, { json, keys }: Place): void {
  const path = keys.reduce(joinPath, '')
  const setting = reader.loaded.settings.get(path)
  const origin = setting?.origin
  if (origin?.from === 'flag') return tell(reader, keys, overridden(origin.flag))
  if (origin?.from === 'environment') return tell(reader, keys, overridden(origin.variable))
  if (json === null) return void reader.edits.push({ keys, value: undefined })
  const pointer = pointerOf(keys)
  const problems: DocumentProblem[] = []
  const value = restoreValue(field, { json, kept: setting?.written, pointer }, problems)
  const written = writtenAs(value)
  const parsed = written === undefined ? undefined : field.parse(written)
  if (problems.length > 0) reader.problems.push(...problems)
  else if (parsed !== undefined && 'value' in parsed) reader.edits.push({ keys, value })
  else tell(reader, keys, parsed?.problem ?? `It must be ${field.form}, is ${shown(field, json)}`)
}

function overridden(source: string): string {
  return `It is set by ${source}, which comes before the file: change it there`
}

/** Longest text of a wrong value that is shown. */
const maxShown = 80

function shown({ secret }: Field<unknown>, json: unknown): string {
  return secret ? 'not shown' : JSON.stringify(json).slice(0, maxShown)
}

function tell({ problems }: Reader, keys: readonly string[], detail: string): void {
  problems.push({ pointer: pointerOf(keys), detail })
}

function pointerOf(keys: readonly string[]): string {
  return keys.reduce(joinPointer, '')
}
