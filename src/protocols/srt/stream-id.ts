import type { Credentials } from '../../contracts/access.ts'
import type { RejectReason } from './reject-reason.ts'

/** What a caller wants, as its stream id says. */
export type StreamRequest = {
  /** `undefined` if the stream id is nothing but a name. */
  readonly mode: StreamMode | undefined
  /** Name of the stream; not yet checked. */
  readonly name: string
  readonly credentials: Credentials
  /** Parameters as of a URL, credentials included. */
  readonly query: string
}

export type StreamMode = 'publish' | 'read'

export type ParsedStreamId =
  | { readonly ok: true; readonly request: StreamRequest }
  | { readonly ok: false; readonly reason: RejectReason; readonly rule: string }

/** Before a colon. `request` is the draft's word, `play` that of players. */
const prefixes: Readonly<Record<string, StreamMode>> = {
  publish: 'publish',
  read: 'read',
  request: 'read',
  play: 'read',
}

/** Values of the key `m`. */
const modes: Readonly<Record<string, StreamMode>> = { publish: 'publish', request: 'read', read: 'read', play: 'read' }

/** Keys that say more than what a URL's parameter would. Source: SRT draft Appendix B.2. */
const standardKeys = new Set(['r', 'm', 't', 'h', 'u', 's'])

/**
 * Read a stream id:
 *
 *     live/test                                   a name alone
 *     publish:live/test, read:live/test           also request: and play:; user and password may follow, colons between
 *     #!::r=live/test,m=publish,u=USER,s=SECRET   keys of the access control guidelines, in any order
 *
 * A name may have parameters behind it (`live/test?token=…`). Of the keys, `s` is the password of `u`, or a token where
 * there is no user, and one that is not standard counts as a parameter, so that whoever looks for it finds it.
 *
 * @see SRT draft Appendix B
 */
export function parseStreamId(text: string): ParsedStreamId {
  if (text === '') return refused('SRT_REJX_BAD_REQUEST', 'it is empty')
  if (text.startsWith('#!')) return text.startsWith('#!::') ? parseKeys(text.slice(4)) : nested
  const [head = '', ...rest] = text.split(':')
  const mode = Object.hasOwn(prefixes, head) ? prefixes[head] : undefined
  if (mode === undefined) return accepted(undefined, text, {})
  const [resource = '', user, password] = rest
  return accepted(mode, resource, { ...(user && { user }), ...(password && { password }) })
}

const nested = refused('SRT_REJX_BAD_REQUEST', 'keys must be separated by commas, behind "#!::"')

function parseKeys(text: string): ParsedStreamId {
  const pairs = text.split(',').map(pair => {
    const at = pair.indexOf('=')
    return at === -1 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const)
  })
  const keys = new Map(pairs)
  const type = keys.get('t') ?? 'stream'
  if (type !== 'stream') return refused('SRT_REJX_NOTSUP_MEDIA', 'its type "t" must be "stream"')
  const mode = keys.get('m') ?? 'request'
  const known = Object.hasOwn(modes, mode) ? modes[mode] : undefined
  if (known === undefined) return refused('SRT_REJX_BAD_MODE', 'its mode "m" must be "publish" or "request"')
  const others = pairs.filter(([key]) => key !== '' && !standardKeys.has(key))
  return accepted(known, keys.get('r') ?? '', credentialsOf(keys.get('u'), keys.get('s')), Object.fromEntries(others))
}

function credentialsOf(user: string | undefined, secret: string | undefined): Credentials {
  if (user === undefined || user === '') return secret ? { token: secret } : {}
  return { user, ...(secret && { password: secret }) }
}

function accepted(
  mode: StreamMode | undefined,
  resource: string,
  credentials: Credentials,
  others: Readonly<Record<string, string>> = {},
): ParsedStreamId {
  const mark = resource.indexOf('?')
  const path = mark === -1 ? resource : resource.slice(0, mark)
  const parameters = new URLSearchParams(others)
  const own = new URLSearchParams(mark === -1 ? '' : resource.slice(mark + 1))
  for (const [key, value] of own) parameters.set(key, value)
  const name = path.replace(/^\/+|\/+$/g, '')
  return { ok: true, request: { mode, name, credentials, query: parameters.toString() } }
}

function refused(reason: RejectReason, rule: string): ParsedStreamId {
  return { ok: false, reason, rule }
}
