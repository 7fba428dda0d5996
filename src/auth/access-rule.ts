import { type Network, parseNetwork } from '../config/network.ts'
import type { AccessAction, AccessRequest } from '../contracts/access.ts'
import { type ApiRole, apiRoles, includesRole, roleNamed } from '../core/api-role.ts'
import { type PathPattern, parsePathPattern } from '../core/path-pattern.ts'

/** What is allowed to somebody: `publish play on live/** from 10.0.0.0/8`. */
export type Grant = {
  readonly actions: readonly AccessAction[]
  /** As what the API may be used; missing for all of it. */
  readonly role?: ApiRole
  /** Empty for every stream. The API and the metrics have no stream: a grant that names paths does not cover them. */
  readonly paths: readonly PathPattern[]
  /** Empty for everywhere. */
  readonly networks: readonly Network[]
}

/** What holds for everybody, whatever they show: `allow play on public/**`, `deny any from 203.0.113.0/24`. */
export type AccessRule = Grant & { readonly isAllowed: boolean }

export const accessActions: readonly AccessAction[] = ['publish', 'play', 'api', 'metrics']

/** The form of a grant, for error messages and the reference page. */
export const grantForm =
  'ACTION… [on PATH…] [from NETWORK…], where an action is publish, play, api, metrics or any, or a role of the API: viewer, operator or admin'

/** What one word allows: an action, or a role of the API. */
type Allowed = Pick<Grant, 'actions' | 'role'>

/**
 * Read `ACTION… [on PATH…] [from NETWORK…]`, or return `undefined`.
 *
 * @param parseWord Reads an ACTION.
 */
export function parseGrant(text: string, parseWord = parseAction): Grant | undefined {
  const words = text.split(/\s+/).filter(word => word !== '')
  const fromAt = indexOrEnd(words, 'from')
  const onAt = Math.min(indexOrEnd(words, 'on'), fromAt)
  const hasEmptyList = onAt === fromAt - 1 || fromAt === words.length - 1
  const allowed = parseEach(words.slice(0, onAt), parseWord)
  const paths = parseEach(words.slice(onAt + 1, fromAt), parsePathPattern)
  const networks = parseEach(words.slice(fromAt + 1), parseNetwork)
  if (hasEmptyList || !allowed?.length || paths === undefined || networks === undefined) return undefined
  return { ...joined(allowed), paths, networks }
}

/** Read a grant behind `allow` or `deny`, or return `undefined`. */
export function parseRule(text: string, parseWord = parseAction): AccessRule | undefined {
  const [, verb, rest = ''] = /^\s*(allow|deny)\s+(.*)$/s.exec(text) ?? []
  const grant = verb === undefined ? undefined : parseGrant(rest, parseWord)
  return grant && { ...grant, isAllowed: verb === 'allow' }
}

/** True if the grant allows what the request asks for. */
export function covers(grant: Grant, request: JudgedRequest): boolean {
  return (
    isAbout(grant, request) && (request.action !== 'api' || includesRole(grant.role ?? 'admin', neededRole(request)))
  )
}

/** True if the rule decides about the request: what denies a role denies those that may more. */
export function decides(rule: AccessRule, request: JudgedRequest): boolean {
  if (rule.isAllowed) return covers(rule, request)
  return (
    isAbout(rule, request) && (request.action !== 'api' || includesRole(neededRole(request), rule.role ?? 'viewer'))
  )
}

type JudgedRequest = Pick<AccessRequest, 'action' | 'role' | 'stream' | 'address'>

function neededRole({ role = 'admin' }: JudgedRequest): ApiRole {
  return role
}

function isAbout(grant: Grant, { action, stream, address }: JudgedRequest): boolean {
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

/** What one word allows: an action, `any`, or a role of the API. `undefined` if it is none of them. */
export function parseAction(word: string): Allowed | undefined {
  if (word === 'any') return { actions: accessActions }
  const role = roleNamed(word)
  if (role !== undefined) return { actions: ['api'], role }
  const action = accessActions.find(name => name === word)
  return action && { actions: [action] }
}

/** Of several roles the highest counts. */
function joined(allowed: readonly Allowed[]): Allowed {
  const actions = [...new Set(allowed.flatMap(one => one.actions))]
  const ofApi = allowed.filter(one => one.actions.includes('api'))
  if (ofApi.length === 0 || ofApi.some(({ role }) => role === undefined)) return { actions }
  const role = apiRoles.findLast(name => ofApi.some(one => one.role === name))
  return role === undefined ? { actions } : { actions, role }
}

function parseEach<Value>(words: readonly string[], parse: (word: string) => Value | undefined): Value[] | undefined {
  const values = words.map(parse)
  return values.every(value => value !== undefined) ? values : undefined
}
