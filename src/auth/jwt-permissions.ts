import type { AccessAction } from '../contracts/access.ts'
import { roleNamed } from '../core/api-role.ts'
import { type PathPattern, parsePathPattern } from '../core/path-pattern.ts'
import { type Grant, parseAction } from './access-rule.ts'

/** The claims of a token, already verified. */
export type Claims = Readonly<Record<string, unknown>>

type Permission = { readonly action?: unknown; readonly path?: unknown }

/**
 * What a token allows: by our own claim `sluice`, by MediaMTX's `mediamtx_permissions`, or by both. Each is a list of
 * `{action, path}`, or the text of such a list as JSON. The claim `sluice_role` is a role of the API. What is not
 * understood allows nothing.
 */
export function grantsOf(claims: Claims): readonly Grant[] {
  const ours = permissionsOf(claims['sluice']).map(ownGrant)
  const theirs = permissionsOf(claims['mediamtx_permissions']).map(mediaMtxGrant)
  return [...ours, ...theirs, roleGrant(claims['sluice_role'])].filter(grant => grant !== undefined)
}

function roleGrant(claim: unknown): Grant | undefined {
  const role = roleNamed(claim)
  return role && { actions: ['api'], role, paths: [], networks: [] }
}

function permissionsOf(claim: unknown): readonly Permission[] {
  const value = typeof claim === 'string' ? parseJson(claim) : claim
  if (!Array.isArray(value)) return []
  return value.filter((item): item is Permission => typeof item === 'object' && item !== null)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `action` is one of ours or `any`; `path` is a pattern, and every stream if it is missing. */
function ownGrant({ action, path = '**' }: Permission): Grant | undefined {
  const allowed = typeof action === 'string' ? parseAction(action) : undefined
  const pattern = typeof path === 'string' ? parsePathPattern(path) : undefined
  return pattern && allowed && { ...allowed, paths: [pattern], networks: [] }
}

const mediaMtxActions: Readonly<Record<string, AccessAction>> = {
  publish: 'publish',
  read: 'play',
  playback: 'play',
  api: 'api',
  metrics: 'metrics',
}

/**
 * An empty path is every stream, and any other is one name. Regular expressions (`~…`) are not followed: what is quick in
 * Go's can take for ever in ours.
 *
 * @see MediaMTX 1.15, docs/2-features/06-authentication.md, "External JWT provider"
 */
function mediaMtxGrant({ action, path = '' }: Permission): Grant | undefined {
  const ours =
    typeof action === 'string' && Object.hasOwn(mediaMtxActions, action) ? mediaMtxActions[action] : undefined
  if (ours === undefined || typeof path !== 'string' || path.startsWith('~')) return undefined
  return { actions: [ours], paths: path === '' ? [] : [oneStream(path)], networks: [] }
}

function oneStream(name: string): PathPattern {
  return { text: name, matches: candidate => candidate === name }
}
