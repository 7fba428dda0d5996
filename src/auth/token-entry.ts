import type { AccessAction } from '../contracts/access.ts'
import { parsePathPattern } from '../core/path-pattern.ts'
import { type Grant, parseAction } from './access-rule.ts'
import { parseSecret, type StoredSecret } from './secret.ts'

/** What somebody with a token may do. */
export type TokenEntry = { readonly grant: Grant; readonly secret: StoredSecret }

/** What a token is for if nobody says: both sides of a stream. */
const usualActions: readonly AccessAction[] = ['publish', 'play']

/** The form of an entry, for error messages and the reference page. */
export const tokenEntryForm =
  '[ACTION:]PATH=TOKEN such as live/test=secret, publish:live/**=secret, api:**=secret or viewer:**=secret'

/**
 * Read `PATH=TOKEN` or `ACTION:PATH=TOKEN`, or return `undefined`. What follows the first `=` is the token. The API and
 * the metrics have no stream, and take `**` as their path.
 */
export function parseTokenEntry(text: string): TokenEntry | undefined {
  const [, left = '', written = ''] = /^([^=]*)=(.+)$/s.exec(text) ?? []
  const [, prefix, pattern = ''] = /^(?:([a-z]+):)?(.*)$/s.exec(left) ?? []
  const action = prefix === undefined || prefix === 'any' ? undefined : parseAction(prefix)
  const path = parsePathPattern(pattern)
  const secret = parseTokenSecret(written)
  if (path === undefined || secret === undefined || (prefix !== undefined && action === undefined)) return undefined
  return { grant: { ...(action ?? { actions: usualActions }), paths: [path], networks: [] }, secret }
}

/** A token is checked against all that there are, so it may not be one that takes long to check. */
export function parseTokenSecret(text: string): StoredSecret | undefined {
  const secret = parseSecret(text)
  return secret?.kind === 'scrypt' ? undefined : secret
}
