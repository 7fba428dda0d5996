import { FlagError, hint } from './config-errors.ts'
import type { ConfigKey } from './config-key.ts'
import { writtenAs } from './field.ts'
import { collect, type Setting, type SourceReading } from './setting.ts'

/**
 * Read command-line flags: `--key value`, `--key=value`, `--switch`, `--no-switch`.
 *
 * A value that starts with `--` needs the form with `=`. Of a repeated flag the last counts, but lists collect all.
 */
export function readFlags(argv: readonly string[], keys: readonly ConfigKey[]): SourceReading {
  const reading = collect(readArguments(argv, new Map(keys.map(key => [key.flag, key]))))
  return { ...reading, settings: gatherLists(reading.settings) }
}

function* readArguments(argv: readonly string[], keys: ReadonlyMap<string, ConfigKey>): Generator<Setting | FlagError> {
  for (let rest = argv; rest.length > 0; ) {
    const { entry, taken } = readArgument(rest, keys)
    yield entry
    rest = rest.slice(taken)
  }
}

/** What the first argument means, and how many arguments say it. */
function readArgument(
  [argument = '', next]: readonly string[],
  keys: ReadonlyMap<string, ConfigKey>,
): { readonly entry: Setting | FlagError; readonly taken: 1 | 2 } {
  const { flag, value: inline } = splitArgument(argument)
  const following = inline === undefined && !next?.startsWith('--') ? next : undefined
  if (!flag.startsWith('--')) return { entry: unexpected(flag), taken: 1 }

  const key = keys.get(flag)
  if (key === undefined) {
    const entry = readNegated(flag, inline, keys)
    return { entry, taken: entry instanceof Error && following !== undefined ? 2 : 1 }
  }
  if (key.field.takes === 'nothing') return { entry: setting(key, inline ?? 'true'), taken: 1 }
  if (inline !== undefined) return { entry: setting(key, inline), taken: 1 }
  if (following !== undefined) return { entry: setting(key, following), taken: 2 }
  return { entry: new FlagError(key.path, `Cannot use ${flag}: it needs ${key.field.form}`), taken: 1 }
}

/** `--no-record-all`, or a flag that nobody knows. */
function readNegated(
  flag: string,
  value: string | undefined,
  keys: ReadonlyMap<string, ConfigKey>,
): Setting | FlagError {
  const key = flag.startsWith('--no-') ? keys.get(`--${flag.slice('--no-'.length)}`) : undefined
  if (key?.field.takes !== 'nothing') {
    return new FlagError(flag, `Unknown flag ${flag}${hint(flag, [...keys.keys()], 'sluice --help lists them')}`)
  }
  if (value !== undefined) return new FlagError(key.path, `Cannot use ${flag}: it takes no value`)
  return setting(key, 'false')
}

function unexpected(argument: string): FlagError {
  return new FlagError(argument, `Unexpected argument ${JSON.stringify(argument)}: flags start with --`)
}

function splitArgument(argument: string): { readonly flag: string; readonly value: string | undefined } {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1
  if (equals === -1) return { flag: argument, value: undefined }
  return { flag: argument.slice(0, equals), value: argument.slice(equals + 1) }
}

function setting(key: ConfigKey, text: string): Setting {
  return { key, written: writtenAs(key.field, text), origin: { from: 'flag', flag: key.flag } }
}

/** One setting per list, with the items of all of its flags. */
function gatherLists(settings: readonly Setting[]): readonly Setting[] {
  const lists = new Map<ConfigKey, readonly string[]>()
  for (const { key, written } of settings) {
    if (typeof written !== 'string') lists.set(key, [...(lists.get(key) ?? []), ...written])
  }
  return settings.map(one => ({ ...one, written: lists.get(one.key) ?? one.written }))
}
