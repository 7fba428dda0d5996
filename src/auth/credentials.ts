import type { AccessRequest, Credentials } from '../contracts/access.ts'

/** Longest secret that is looked at. Tokens of identity providers have 1 to 4 KiB. */
const maxSecretLength = 16 * 1024

/**
 * Everything that a peer showed: what came in the protocol's own place, else `token=` or `jwt=`, `user=`, and `pass=` or
 * `password=` of the URL. Empty values count as not shown, and so do those that are longer than any secret.
 */
export function credentialsOf({ credentials, query }: Pick<AccessRequest, 'credentials' | 'query'>): Credentials {
  const parameters = new URLSearchParams(query)
  const find = (...names: readonly string[]): string | undefined =>
    names.map(name => parameters.get(name)).find(value => isUsable(value)) ?? undefined
  const token = usable(credentials.token) ?? find('token', 'jwt')
  const user = usable(credentials.user) ?? find('user')
  const password = usable(credentials.password) ?? find('pass', 'password')
  return { ...(token && { token }), ...(user && { user }), ...(password && { password }) }
}

/** The token, or the password of whoever can only show a password: the dialog of a browser. */
export function tokenOf({ token, password }: Credentials): string | undefined {
  return token ?? password
}

/** True if nothing was shown that could let anybody in. */
export function isEmpty({ token, password }: Credentials): boolean {
  return token === undefined && password === undefined
}

function usable(value: string | undefined): string | undefined {
  return isUsable(value) ? value : undefined
}

function isUsable(value: string | null | undefined): value is string {
  return value !== undefined && value !== null && value !== '' && value.length <= maxSecretLength
}
