import { ConfigError, reasonOf } from '../core/errors.ts'
import { ConfigErrors, wrongValue } from './config-errors.ts'
import {
  type ConfigKey,
  defineKey,
  entryMapsOf,
  isDocumentMap,
  isEntryMap,
  isSection,
  joinPath,
  keysOf,
} from './config-key.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { type Written, writtenDefault } from './field.ts'
import { readFlags } from './flags.ts'
import type { Decoded, EntryMap, NamedDocument, Section } from './section.ts'
import type { DocumentEntry, EntryName, Setting, SourceReading } from './setting.ts'
import { text } from './text.ts'
import { readYaml } from './yaml-file.ts'

/** Everything outside the program that a configuration is made of. */
export type ConfigSources = {
  /** The flags of the command line, without the command. */
  readonly argv: readonly string[]
  readonly env: Environment
  /** The text of a file, or `undefined` if there is none. */
  readonly readFile: (path: string) => string | undefined
  /** What is taken for the text of the file, once it was found. */
  readonly text?: string | undefined
  readonly added?: AddedEntries
}

/** An entry of a map that the command line asks for in its own way, as flags cannot name entries. */
export type AddedEntry = {
  /** Path of the map. */
  readonly map: string
  readonly name: string
  readonly values: Readonly<Record<string, Written>>
  /** The flag that asks for it. */
  readonly flag: string
}

/** All of them, and what is wrong with how they were asked for. */
export type AddedEntries = { readonly entries: readonly AddedEntry[]; readonly problems: readonly ConfigError[] }

/** A configuration and its provenance. */
export type LoadedConfig<Config> = {
  readonly config: Config
  /** What each key's value was made of, and where that came from, by the key's path. */
  readonly settings: ReadonlyMap<string, Setting>
  /** The entries of maps, in the order of the file. */
  readonly names: readonly EntryName[]
  /** The documents of maps, in the order of the file. */
  readonly documents: readonly DocumentEntry[]
  /** The file that was read; `undefined` if there was none. */
  readonly file: string | undefined
  /** What stands in it. */
  readonly text: string
}

/** The key that names the file, which cannot stand in the file. */
export const configFileKey = defineKey(
  'config',
  text({ default: '', description: 'Configuration file, instead of sluice.yaml here or in /etc/sluice' }),
)

/** Where the file is looked for when nobody names it. The first that exists is the only one read. */
const configFilePlaces: readonly string[] = ['sluice.yaml', '/etc/sluice/sluice.yaml']

/**
 * Put a configuration together. Later beats earlier: defaults, file, environment, flags.
 *
 * @throws {ConfigErrors} With everything that is wrong in any source.
 */
export function loadConfig<Schema extends Section>(
  schema: Schema,
  { argv, env, readFile, text: override, added }: ConfigSources,
): LoadedConfig<Decoded<Schema>> {
  const keys = keysOf(schema)
  const fromFlags = readFlags(argv, [configFileKey, ...keys])
  const fromEnvironment = readEnvironment(env, [configFileKey, ...keys])
  const fromFile = readConfigFile(
    schema,
    { readFile, text: override },
    namedFile([...fromEnvironment.settings, ...fromFlags.settings]),
  )
  const fromEntries = readAdded(schema, added)
  const sources = [fromFile, fromEntries, fromEnvironment, fromFlags]
  const names = [...fromFile.names, ...fromEntries.names]

  const settings = [...keys.map(defaultOf), ...sources.flatMap(source => source.settings)]
  const { values, problems } = parseAll(settings)
  const all = [...sources.flatMap(source => source.problems), ...problems]
  if (all.length > 0) throw new ConfigErrors(all)
  return {
    // The schema made both the type and the values: each field's value stands where the field stands.
    config: assemble(schema, '', { values, names, documents: fromFile.documents }) as Decoded<Schema>,
    settings: new Map(settings.map(setting => [setting.key.path, setting])),
    names,
    documents: fromFile.documents,
    file: fromFile.file,
    text: fromFile.text,
  }
}

function readAdded(
  schema: Section,
  { entries, problems }: AddedEntries = { entries: [], problems: [] },
): SourceReading {
  const maps = entryMapsOf(schema)
  const settings = entries.flatMap(({ map, name, values, flag }) => {
    const fields = maps.find(({ path }) => path === map)?.map.additionalProperties.properties ?? {}
    return Object.entries(values).map(([key, written]): Setting => {
      const field = fields[key]
      if (field === undefined) throw new RangeError(`Cannot add ${map}.${name}.${key}: there is no such key`)
      return { key: defineKey(joinPath(joinPath(map, name), key), field), written, origin: { from: 'flag', flag } }
    })
  })
  return { settings, names: entries.map(({ map, name }) => ({ map, name })), documents: [], problems }
}

function defaultOf(key: ConfigKey): Setting {
  return { key, written: writtenDefault(key.field.default), origin: { from: 'default' } }
}

/** The file that a variable or a flag names; the flag, read last, counts. */
function namedFile(settings: readonly Setting[]): string | undefined {
  const named = settings.findLast(({ key }) => key === configFileKey)?.written
  return typeof named === 'string' && named !== '' ? named : undefined
}

type FileReading = SourceReading & Pick<LoadedConfig<unknown>, 'file' | 'text'>

function readConfigFile(
  schema: Section,
  { readFile, text: override }: Pick<ConfigSources, 'readFile' | 'text'>,
  named: string | undefined,
): FileReading {
  for (const file of named === undefined ? configFilePlaces : [named]) {
    try {
      const source = readFile(file)
      const used = source === undefined ? undefined : (override ?? source)
      if (used !== undefined) return { ...readYaml(file, used, schema), file, text: used }
    } catch (cause) {
      return unreadable(file, reasonOf(cause))
    }
  }
  return named === undefined
    ? { settings: [], names: [], documents: [], problems: [], file: undefined, text: '' }
    : unreadable(named, 'there is no such file')
}

function unreadable(file: string, reason: string): FileReading {
  return {
    settings: [],
    names: [],
    documents: [],
    problems: [new ConfigError('config', `Cannot read the configuration ${file}: ${reason}`)],
    file,
    text: '',
  }
}

/** The value of each path, a later setting over an earlier one, and every value that is not of its form. */
function parseAll(settings: readonly Setting[]): {
  readonly values: ReadonlyMap<string, unknown>
  readonly problems: readonly ConfigError[]
} {
  const values = new Map<string, unknown>()
  const problems: ConfigError[] = []
  for (const setting of settings) {
    const parsed = setting.key.field.parse(setting.written)
    if (parsed !== undefined && 'value' in parsed) values.set(setting.key.path, parsed.value)
    else problems.push(wrongValue(setting, parsed?.problem))
  }
  return { values, problems }
}

/** What stands where. */
type Contents = Pick<SourceReading, 'names' | 'documents'> & { readonly values: ReadonlyMap<string, unknown> }

function assemble(section: Section, parent: string, contents: Contents): Record<string, unknown> {
  const entries = Object.entries(section.properties).map(([name, child]) => {
    const path = joinPath(parent, name)
    if (isDocumentMap(child)) return [name, documentsAt(path, contents)]
    if (isEntryMap(child)) return [name, assembleEntries(child, path, contents)]
    return [name, isSection(child) ? assemble(child, path, contents) : contents.values.get(path)]
  })
  return Object.fromEntries(entries)
}

function documentsAt(path: string, { documents }: Contents): readonly NamedDocument[] {
  return documents.filter(({ documents: at }) => at === path).map(({ name, document }) => ({ name, document }))
}

function assembleEntries({ nameForm, additionalProperties }: EntryMap, path: string, { values, names }: Contents) {
  const keys = Object.keys(additionalProperties.properties)
  return names
    .filter(({ map }) => map === path)
    .map(({ name }) => {
      const paths = keys.map(key => [key, joinPath(joinPath(path, name), key)] as const)
      const written = paths.filter(([, at]) => values.has(at)).map(([key, at]) => [key, values.get(at)])
      return { name: nameForm.parse(name), values: Object.fromEntries(written) as Record<string, unknown> }
    })
}
