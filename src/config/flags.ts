import { FlagError, hint } from './config-errors.ts'
import type { ConfigKey } from './config-key.ts'
import { type Written, writtenAs } from './field.ts'
import { collect, type Setting, type SourceReading } from './setting.ts'

/**
 * Read command-line flags: `--key value`, `--key=value`, `--switch`, `--no-switch`.
 *
 * A value that starts with `--` needs the form with `=`. Of a repeated flag the last counts, but lists collect all.
 */
export function readFlags(argv: readonly string[], keys: readonly ConfigKey[]): SourceReading {
  const { settings, problems } = collect(readArguments(argv, new Map(keys.map(key => [key.flag, key]))))
  return { settings: gatherLists(settings), problems }
}

function* readArguments(
  argv: readonly string[],
  keys: ReadonlyMap<string, ConfigKey>,
): Generator<Setting | FlagError, void> {
  for (let index = 0; index < argv.length; index++) {
    const { flag, value } = splitArgument(argv[index] ?? '')
    const key = keys.get(flag)
    if (!flag.startsWith('--')) {
      yield new FlagError(flag, `Unexpected argument ${JSON.stringify(flag)}: flags start with --`)
    } else if (key === undefined) {
      yield readNegated(flag, value, keys)
    } else if (value !== undefined || key.field.takes === 'nothing') {
      yield setting(key, value ?? 'true')
    } else {
      const next = argv[index + 1]
      const hasValue = next !== undefined && !next.startsWith('--')
      if (hasValue) index++
      yield hasValue ? setting(key, next) : new FlagError(key.path, `Cannot use ${flag}: it needs ${key.field.form}`)
    }
  }
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
  const lists = new Map<ConfigKey, Written>()
  for (const { key, written } of settings) {
    if (typeof written !== 'string') lists.set(key, [...(lists.get(key) ?? []), ...written])
  }
  return settings.map(one => ({ ...one, written: lists.get(one.key) ?? one.written }))
}
