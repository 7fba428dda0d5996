import { FlagError } from '../../config/config-errors.ts'
import type { AddedEntry } from '../../config/load-config.ts'
import { fromGoDuration } from './go-duration.ts'

/** One flag with its value. */
export type FlagValue = { readonly name: string; readonly value: string }

type Hook = Readonly<Record<string, string | readonly string[]>>

const hookFlags: Readonly<Record<string, (value: string) => Hook | undefined>> = {
  'hook-webhook': value => ofEvent(value, url => ({ type: 'webhook', url, format: 'go-rtmp' })),
  'hook-script': value => ofEvent(value, path => ({ type: 'command', command: ['/bin/bash', path] })),
  'hook-stdio-format': value => {
    const format = { json: 'go-rtmp', env: 'go-rtmp-env' }[value]
    return format === undefined ? undefined : { type: 'stdio', format }
  },
}

const forms: Readonly<Record<string, string>> = {
  'hook-webhook': 'EVENT=URL such as publish_start=http://host/path',
  'hook-script': 'EVENT=PATH such as publish_start=/path/to/script',
  'hook-stdio-format': 'json or env',
}

/** Flags that hold for all hooks of the command line. */
const sharedFlags = ['hook-timeout', 'hook-concurrency']

/** True if the flag has to do with hooks. */
export function isHookFlag(name: string): boolean {
  return Object.hasOwn(hookFlags, name) || sharedFlags.includes(name)
}

/** The entries of `hooks:` that flags of go-rtmp ask for, in their order, and what is wrong with them. */
export function hookEntries(flags: readonly FlagValue[]): readonly (AddedEntry | FlagError)[] {
  const shared = sharedValues(flags)
  return flags
    .filter(({ name }) => !sharedFlags.includes(name))
    .map(({ name, value }, index) => {
      const hook = hookFlags[name]?.(value)
      if (hook === undefined) return new FlagError('hooks', `Cannot use -${name}: it must be ${forms[name]}`)
      return { map: 'hooks', name: `${name}-${index + 1}`, values: { ...hook, ...shared }, flag: `-${name}` }
    })
}

function sharedValues(flags: readonly FlagValue[]): Hook {
  const last = (name: string): string | undefined => flags.findLast(flag => flag.name === name)?.value
  const concurrency = last('hook-concurrency') ?? '10'
  return {
    timeout: fromGoDuration(last('hook-timeout') ?? '30s'),
    // What is not above 0 is the default, as in go-rtmp.
    concurrency: /^(-\d+|0+)$/.test(concurrency) ? '10' : concurrency,
  }
}

/** `EVENT=TARGET`; what follows the first `=` is the target. */
function ofEvent(value: string, hook: (target: string) => Hook): Hook | undefined {
  const equals = value.indexOf('=')
  if (equals < 1 || equals === value.length - 1) return undefined
  return { ...hook(value.slice(equals + 1)), events: [value.slice(0, equals)] }
}
