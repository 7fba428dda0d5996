import type { Credentials } from '../../contracts/access.ts'

/**
 * Read the Authorization field of a request. What is not of the schemes Basic and Bearer shows nothing.
 *
 * `Bearer USER:PASSWORD` is taken for Basic as MediaMTX does: OBS has one field for a bearer token and none for a user.
 *
 * @see RFC 7617 §2 (Basic), RFC 6750 §2.1 (Bearer)
 */
export function decodeAuthorization(field: string | undefined): Credentials {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(field ?? '') ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return userAndPassword(Buffer.from(value, 'base64').toString('utf8'))
    case 'bearer':
      return value.includes(':') ? userAndPassword(value) : { token: value }
    default:
      return {}
  }
}

/** A password may hold colons, a user may not. */
function userAndPassword(text: string): Credentials {
  const colon = text.indexOf(':')
  return colon === -1 ? {} : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}
