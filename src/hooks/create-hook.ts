import { accessSync, constants } from 'node:fs'
import { defaultValue } from '../config/field.ts'
import type { Clock } from '../contracts/clock.ts'
import type { EventType } from '../contracts/events.ts'
import type { HookType } from '../contracts/hooks.ts'
import { ConfigError } from '../core/errors.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { CommandTarget } from './command-target.ts'
import { type HookConfig, hookKeys } from './config.ts'
import { eventTypes, typesCovered } from './event-names.ts'
import { Hook, type HookOptions } from './hook.ts'
import type { HookTarget } from './hook-target.ts'
import { HttpPoster } from './http-poster.ts'
import { SrsTarget } from './srs-target.ts'
import { StdioTarget } from './stdio-target.ts'
import { WebhookTarget } from './webhook-target.ts'

/** What a hook works with, beside what it was told. */
export type HookContext = Pick<HookOptions, 'journal' | 'progress' | 'onProgress' | 'maxAge' | 'clock' | 'log'>

type Key = keyof typeof hookKeys

/** A hook with what holds where its configuration says nothing. */
type Values = Required<HookConfig['values']>

const commonKeys: readonly Key[] = ['type', 'events', 'streams', 'timeout', 'queue', 'concurrency']

const ownKeys: Readonly<Record<HookType, readonly Key[]>> = {
  webhook: ['url', 'secret', 'format', 'batch', 'retries', 'retryWait'],
  command: ['command'],
  stdio: ['output', 'format'],
  srs: ['url', 'retries', 'retryWait'],
}

/** Asked of the backend before anybody is let in, by `auth.mode: callback`: twice would be once too often. */
const asked: readonly EventType[] = ['publish.started', 'play.started']

/** The hook that an entry asks for. @throws {ConfigError} As `checkHook`. */
export function createHook(entry: HookConfig, context: HookContext): Hook {
  checkHook(entry)
  const { name, values } = entry
  const all = { ...defaults(), ...values }
  const { type, streams } = all
  return new Hook({
    ...all,
    ...context,
    name,
    events: typesOf(all, values.events),
    streams: streams.length === 0 ? undefined : streams.flatMap(text => parsePathPattern(text) ?? []),
    target: createTarget(all, context.clock),
    retries: ownKeys[type].includes('retries') ? all.retries : 0,
    // Lines of one output are in order.
    concurrency: type === 'stdio' ? 1 : all.concurrency,
  })
}

/** @throws {ConfigError} If the entry lacks something, or has a key that its type does not have. */
export function checkHook({ name, values }: HookConfig): void {
  const all = { ...defaults(), ...values }
  const { type, url, command, format } = all
  const known = [...commonKeys, ...ownKeys[type]]
  const foreign = Object.keys(values).find(key => !known.includes(key as Key))
  if (foreign !== undefined) throw wrong(name, foreign, `a hook of type ${type} has ${known.join(', ')}`)
  if (known.includes('url') && webUrl(url) === undefined) {
    throw wrong(name, 'url', `it must be a URL such as https://host/path, is ${url === '' ? 'empty' : 'not shown'}`)
  }
  if (type === 'webhook' && format === 'go-rtmp-env') {
    throw wrong(name, 'format', 'it must be sluice or go-rtmp, is go-rtmp-env')
  }
  if (type === 'command') checkCommand(name, command)
}

/** What every key says that nobody wrote. */
function defaults(): Values {
  const entries = Object.entries(hookKeys).map(([key, field]) => [key, defaultValue<unknown>(field)])
  return Object.fromEntries(entries) as Values
}

function typesOf({ type, events }: Values, written: readonly string[] | undefined): readonly EventType[] {
  const covered = new Set(events.flatMap(typesCovered))
  if (type === 'srs' && written === undefined) for (const one of asked) covered.delete(one)
  return eventTypes.filter(one => covered.has(one))
}

function createTarget(values: Values, clock: Clock): HookTarget {
  const { type, format, output, command } = values
  switch (type) {
    case 'webhook':
      return new WebhookTarget({ ...values, poster: posterOf(values, clock), format: webFormat(format), clock })
    case 'srs':
      return new SrsTarget(posterOf(values, clock))
    case 'stdio':
      return new StdioTarget(output, format)
    case 'command':
      return new CommandTarget(command, clock)
  }
}

function posterOf({ url, concurrency }: Values, clock: Clock): HttpPoster {
  return new HttpPoster(new URL(url), concurrency, clock)
}

function webFormat(format: Values['format']): 'sluice' | 'go-rtmp' {
  return format === 'go-rtmp' ? 'go-rtmp' : 'sluice'
}

function webUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url : undefined
}

function checkCommand(name: string, command: readonly string[]): void {
  const [program = ''] = command
  if (program === '') throw wrong(name, 'command', 'it must be a program and its arguments, is empty')
  if (!program.includes('/')) return
  try {
    accessSync(program, constants.X_OK)
  } catch {
    throw wrong(name, 'command', `it must be a program that may be run, is ${program}`)
  }
}

function wrong(name: string, key: string, rule: string): ConfigError {
  const path = `hooks.${name}.${key}`
  return new ConfigError(path, `Cannot use ${path}: ${rule}`)
}
