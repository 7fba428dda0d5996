import { queryOf } from './url-parts.ts'

/** Parameters with which viewers show who they are; they go on to every piece that a list names. */
const carried = ['token', 'user', 'pass', 'password', 'jwt']

/** The credentials of the URL of a request, as `credentialsSuffix` has them. */
export function credentialsOf({ url }: { readonly url: string }): string {
  return credentialsSuffix(queryOf(url))
}

/** The credentials of a URL as the query of another one, with its question mark; empty if it has none. */
export function credentialsSuffix(query: URLSearchParams | undefined): string {
  if (query === undefined || !carried.some(name => query.has(name))) return ''
  return `?${new URLSearchParams([...query].filter(([name]) => carried.includes(name))).toString()}`
}
