import { accessSync, constants } from 'node:fs'
import { isAbsolute } from 'node:path'
import { defaultValue } from '../config/field.ts'
import type { HookType } from '../contracts/hooks.ts'
import { type HookConfig, type HookValues, hookKeys } from './config.ts'

type Key = keyof typeof hookKeys

/** A key of a hook that is wrong. The rule shows nothing secret. */
export type HookProblem = { readonly key: string; readonly rule: string }

const commonKeys: readonly Key[] = ['type', 'events', 'streams', 'timeout', 'queue', 'concurrency']
const retryKeys: readonly Key[] = ['retries', 'retryWait']
const brokerKeys: readonly Key[] = ['servers', 'user', 'password', 'tls', 'ca']

const ownKeys: Readonly<Record<HookType, readonly Key[]>> = {
  webhook: ['url', 'secret', 'format', 'batch', ...retryKeys],
  kafka: ['topic', 'mechanism', ...brokerKeys, ...retryKeys],
  nats: ['subject', 'jetstream', 'token', ...brokerKeys, ...retryKeys],
  file: ['path', 'maxSize', 'maxFiles', 'format', ...retryKeys],
  command: ['command'],
  stdio: ['output', 'format'],
  srs: ['url', ...retryKeys],
}

/** True if events are tried again. */
export function isRetried(type: HookType): boolean {
  return ownKeys[type].includes('retries')
}

/** All values of a hook: what nobody wrote is as the keys say. */
export function valuesOf(written: HookConfig['values']): HookValues {
  const defaults = Object.entries(hookKeys).map(([key, field]) => [key, defaultValue<unknown>(field)])
  return { ...(Object.fromEntries(defaults) as HookValues), ...written }
}

/** Everything that a hook lacks, or has though its type does not have it. */
export function problemsOf(written: HookConfig['values']): readonly HookProblem[] {
  const values = valuesOf(written)
  const known = [...commonKeys, ...ownKeys[values.type]]
  const foreign = Object.keys(written).filter(key => !known.includes(key as Key))
  const rule = `a hook of type ${values.type} has ${known.join(', ')}`
  return [...foreign.map(key => ({ key, rule })), ...missingIn(values)]
}

function missingIn(values: HookValues): readonly HookProblem[] {
  const { type, format } = values
  switch (type) {
    case 'webhook':
    case 'file':
      return [...(type === 'file' ? wrongPath(values) : wrongUrl(values)), ...wrongFormat(format)]
    case 'srs':
      return wrongUrl(values)
    case 'kafka':
      return [...wrongServers(values), ...wrongTopic(values)]
    case 'nats':
      return [...wrongServers(values), ...wrongSubject(values)]
    case 'command':
      return wrongCommand(values)
    case 'stdio':
      return []
  }
}

function wrongUrl({ url }: HookValues): readonly HookProblem[] {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return []
  const shown = url === '' ? 'empty' : 'not shown'
  return [{ key: 'url', rule: `it must be a URL such as https://host/path, is ${shown}` }]
}

function wrongFormat(format: HookValues['format']): readonly HookProblem[] {
  if (format !== 'go-rtmp-env') return []
  return [{ key: 'format', rule: 'it must be sluice or go-rtmp, is go-rtmp-env' }]
}

function wrongServers({ servers }: HookValues): readonly HookProblem[] {
  const isServer = (text: string): boolean => /^(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+):\d{1,5}$/.test(text)
  if (servers.length > 0 && servers.every(isServer)) return []
  const shown = servers.length === 0 ? 'empty' : 'not shown'
  return [{ key: 'servers', rule: `it must be a list of servers such as [broker:9092], is ${shown}` }]
}

/** @see Kafka, Topic.legalChars */
function wrongTopic({ topic }: HookValues): readonly HookProblem[] {
  if (/^[A-Za-z0-9._-]{1,249}$/.test(topic) && topic !== '.' && topic !== '..') return []
  const rule = `it must be 1 to 249 letters, digits, ., - and _, is ${JSON.stringify(topic)}`
  return [{ key: 'topic', rule }]
}

/** @see NATS Docs, "Subject-Based Messaging" */
function wrongSubject({ subject }: HookValues): readonly HookProblem[] {
  const tokens = subject.replaceAll(/\{(type|stream)\}/g, 'x').split('.')
  if (tokens.every(token => /^[^\s*>{}]+$/.test(token))) return []
  const rule = `it must be tokens with full stops between them, such as sluice.{type}, is ${JSON.stringify(subject)}`
  return [{ key: 'subject', rule }]
}

function wrongPath({ path }: HookValues): readonly HookProblem[] {
  if (isAbsolute(path)) return []
  return [{ key: 'path', rule: `it must be an absolute path, is ${path === '' ? 'empty' : path}` }]
}

function wrongCommand({ command }: HookValues): readonly HookProblem[] {
  const [program = ''] = command
  const key = 'command'
  if (program === '') return [{ key, rule: 'it must be a program and its arguments, is empty' }]
  if (!program.includes('/')) return []
  try {
    accessSync(program, constants.X_OK)
    return []
  } catch {
    return [{ key, rule: `it must be a program that may be run, is ${program}` }]
  }
}
