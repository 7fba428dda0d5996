import { parseBoolean } from '../../config/boolean.ts'
import { FlagError } from '../../config/config-errors.ts'
import { type ConfigKey, keysOf } from '../../config/config-key.ts'
import type { Environment } from '../../config/environment.ts'
import type { AddedEntry, ConfigSources } from '../../config/load-config.ts'
import type { Section } from '../../config/section.ts'
import type { ConfigError } from '../../core/errors.ts'
import { goRtmpFlags } from './flag-table.ts'
import { type FlagValue, hookEntries, isHookFlag } from './hook-flags.ts'

/** A command line of go-rtmp in our words. */
type Translation = {
  /** Flags of ours, those that were ours from the start in their places. */
  readonly argv: string[]
  readonly hooks: FlagValue[]
  readonly problems: ConfigError[]
}

/**
 * Let flags and variables of go-rtmp count as ours. Its flags have one dash or two, and the value stands behind `=` or
 * is the next argument, whatever that looks like; with two dashes, a flag that we have too is ours.
 */
export function withGoRtmp(schema: Section, sources: ConfigSources): ConfigSources {
  const keys = keysOf(schema)
  const translation: Translation = { argv: [], hooks: [], problems: [] }
  for (let rest = sources.argv; rest.length > 0; ) rest = rest.slice(translateFirst(rest, keys, translation))
  const entries: AddedEntry[] = []
  for (const entry of hookEntries(translation.hooks)) {
    if (entry instanceof FlagError) translation.problems.push(entry)
    else entries.push(entry)
  }
  const { argv, problems } = translation
  return { ...sources, argv, env: translateEnvironment(sources.env), added: { entries, problems } }
}

/** @returns how many arguments it took. */
function translateFirst([first = '', next]: readonly string[], keys: readonly ConfigKey[], into: Translation): 1 | 2 {
  const [, dashes = '', name = '', inline] = /^(--?)([a-z][a-z-]*)(?:=(.*))?$/s.exec(first) ?? []
  const isOurs = dashes === '--' && keys.some(({ flag }) => flag === `--${name}`)
  if (isOurs && name === 'record-all' && inline === undefined && parseBoolean(next ?? '') !== undefined) {
    into.argv.push(`--record-all=${next}`)
    return 2
  }
  if (isOurs || !isGoRtmp(name)) {
    into.argv.push(first)
    return 1
  }
  const value = inline ?? next
  if (value === undefined) into.problems.push(new FlagError(name, `Cannot use ${first}: it needs a value`))
  else if (isHookFlag(name)) into.hooks.push({ name, value })
  else translateFlag({ name, value }, keys, into)
  return inline === undefined ? 2 : 1
}

function isGoRtmp(name: string): boolean {
  return Object.hasOwn(goRtmpFlags, name) || isHookFlag(name)
}

function translateFlag({ name, value }: FlagValue, keys: readonly ConfigKey[], { argv }: Translation): void {
  const flag = goRtmpFlags[name]
  if (flag === undefined) return
  const written = { [flag.key]: flag.value?.(value) ?? value, ...flag.with }
  for (const [path, text] of Object.entries(written)) {
    const key = keys.find(one => one.path === path)
    if (key === undefined) throw new RangeError(`Cannot translate -${name}: it must stand for a key, is ${path}`)
    argv.push(`${key.flag}=${text}`)
  }
}

/** `RTMP_LOG_LEVEL` is go-rtmp's only variable. */
function translateEnvironment(env: Environment): Environment {
  const level = env['SLUICE_LOG_LEVEL'] ?? env['RTMP_LOG_LEVEL']
  return level === undefined ? env : { ...env, SLUICE_LOG_LEVEL: level }
}
