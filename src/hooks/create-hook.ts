import { accessSync, constants } from 'node:fs'
import { defaultValue } from '../config/field.ts'
import type { Clock } from '../contracts/clock.ts'
import type { EventType } from '../contracts/events.ts'
import type { HookType } from '../contracts/hooks.ts'
import type { Log } from '../contracts/log.ts'
import { ConfigError } from '../core/errors.ts'
import { CommandTarget } from './command-target.ts'
import { type HookConfig, hookKeys } from './config.ts'
import { eventTypes, typesCovered } from './event-names.ts'
import { Hook } from './hook.ts'
import type { HookTarget } from './hook-target.ts'
import { HttpPoster } from './http-poster.ts'
import { SrsTarget } from './srs-target.ts'
import { StdioTarget } from './stdio-target.ts'
import { WebhookTarget } from './webhook-target.ts'

export type HookContext = { readonly clock: Clock; readonly log: Log }

type Key = keyof typeof hookKeys

/** A hook with what holds where its configuration says nothing. */
type Values = Required<HookConfig['values']>

const commonKeys: readonly Key[] = ['type', 'events', 'timeout', 'queue', 'concurrency']

const ownKeys: Readonly<Record<HookType, readonly Key[]>> = {
  webhook: ['url', 'secret', 'format', 'retries', 'retryWait'],
  command: ['command'],
  stdio: ['output', 'format'],
  srs: ['url', 'retries', 'retryWait'],
}

/** Asked of the backend before anybody is let in, by `auth.mode: callback`: twice would be once too often. */
const asked: readonly EventType[] = ['publish.started', 'play.started']

/**
 * The hook that an entry of the configuration asks for.
 *
 * @throws {ConfigError} If it lacks something, or has a key that its type does not have.
 */
export function createHook({ name, values }: HookConfig, { clock, log }: HookContext): Hook {
  const all = { ...defaults(), ...values }
  const { type } = all
  const foreign = Object.keys(values).find(key => ![...commonKeys, ...ownKeys[type]].includes(key as Key))
  if (foreign !== undefined) {
    throw wrong(name, foreign, `a hook of type ${type} has ${[...commonKeys, ...ownKeys[type]].join(', ')}`)
  }
  return new Hook({
    ...all,
    name,
    clock,
    log,
    events: typesOf(all, values.events),
    target: createTarget(name, all, clock),
    retries: ownKeys[type].includes('retries') ? all.retries : 0,
    // Lines of one output are in order.
    concurrency: type === 'stdio' ? 1 : all.concurrency,
  })
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

function createTarget(name: string, values: Values, clock: Clock): HookTarget {
  const { type, format, secret, output, concurrency } = values
  switch (type) {
    case 'webhook': {
      if (format === 'go-rtmp-env') throw wrong(name, 'format', 'it must be sluice or go-rtmp, is go-rtmp-env')
      return new WebhookTarget({ poster: new HttpPoster(webUrl(name, values.url), concurrency), format, secret, clock })
    }
    case 'srs':
      return new SrsTarget(new HttpPoster(webUrl(name, values.url), concurrency))
    case 'stdio':
      return new StdioTarget(output, format)
    case 'command':
      return new CommandTarget(checkedCommand(name, values.command), clock)
  }
}

/** @throws {ConfigError} If the text is no http or https URL; it is not shown, as it may hold a secret. */
function webUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw wrong(name, 'url', `it must be a URL such as https://host/path, is ${text === '' ? 'empty' : 'not shown'}`)
}

function checkedCommand(name: string, command: readonly string[]): readonly string[] {
  const [program = ''] = command
  if (program === '') throw wrong(name, 'command', 'it must be a program and its arguments, is empty')
  if (!program.includes('/')) return command
  try {
    accessSync(program, constants.X_OK)
    return command
  } catch {
    throw wrong(name, 'command', `it must be a program that may be run, is ${program}`)
  }
}

function wrong(name: string, key: string, rule: string): ConfigError {
  const path = `hooks.${name}.${key}`
  return new ConfigError(path, `Cannot use ${path}: ${rule}`)
}
