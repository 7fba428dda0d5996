import { type Network, parseNetwork } from '../config/network.ts'
import type { AccessAction, AccessRequest } from '../contracts/access.ts'
import { type PathPattern, parsePathPattern } from '../core/path-pattern.ts'

/** What is allowed to somebody: `publish play on live/** from 10.0.0.0/8`. */
export type Grant = {
  readonly actions: readonly AccessAction[]
  /** Empty for every stream. The API and the metrics have no stream: a grant that names paths does not cover them. */
  readonly paths: readonly PathPattern[]
  /** Empty for everywhere. */
  readonly networks: readonly Network[]
}

/** What holds for everybody, whatever they show: `allow play on public/**`, `deny any from 203.0.113.0/24`. */
export type AccessRule = Grant & { readonly isAllowed: boolean }

export const accessActions: readonly AccessAction[] = ['publish', 'play', 'api', 'metrics']

/** The form of a grant, for error messages and the reference page. */
export const grantForm = 'ACTION… [on PATH…] [from NETWORK…], where an action is publish, play, api, metrics or any'

/** Read `ACTION… [on PATH…] [from NETWORK…]`, or return `undefined`. */
export function parseGrant(text: string): Grant | undefined {
  const words = text.split(/\s+/).filter(word => word !== '')
  const fromAt = indexOrEnd(words, 'from')
  const onAt = Math.min(indexOrEnd(words, 'on'), fromAt)
  const hasEmptyList = onAt === fromAt - 1 || fromAt === words.length - 1
  const actions = parseEach(words.slice(0, onAt), parseActions)?.flat()
  const paths = parseEach(words.slice(onAt + 1, fromAt), parsePathPattern)
  const networks = parseEach(words.slice(fromAt + 1), parseNetwork)
  if (hasEmptyList || !actions?.length || paths === undefined || networks === undefined) return undefined
  return { actions, paths, networks }
}

/** Read a grant behind `allow` or `deny`, or return `undefined`. */
export function parseRule(text: string): AccessRule | undefined {
  const [, verb, rest = ''] = /^\s*(allow|deny)\s+(.*)$/s.exec(text) ?? []
  const grant = verb === undefined ? undefined : parseGrant(rest)
  return grant && { ...grant, isAllowed: verb === 'allow' }
}

/** True if the grant speaks of what the request asks for. */
export function covers(
  grant: Grant,
  { action, stream, address }: Pick<AccessRequest, 'action' | 'stream' | 'address'>,
) {
  return (
    grant.actions.includes(action) &&
    (grant.paths.length === 0 || grant.paths.some(path => path.matches(stream))) &&
    (grant.networks.length === 0 || grant.networks.some(network => network.contains(address)))
  )
}

function indexOrEnd(words: readonly string[], word: string): number {
  const index = words.indexOf(word)
  return index === -1 ? words.length : index
}

function parseActions(word: string): readonly AccessAction[] | undefined {
  if (word === 'any') return accessActions
  const action = accessActions.find(name => name === word)
  return action && [action]
}

function parseEach<Value>(words: readonly string[], parse: (word: string) => Value | undefined): Value[] | undefined {
  const values = words.map(parse)
  return values.every(value => value !== undefined) ? values : undefined
}
