/** Parameters with which viewers show who they are; they go on to every piece that a list names. */
const carried = ['token', 'user', 'pass', 'password', 'jwt']

/** The credentials of the URL of a request, as `credentialsSuffix` has them. */
export function credentialsOf({ url }: { readonly url: string }): string {
  const question = url.indexOf('?')
  return question === -1 ? '' : credentialsSuffix(new URLSearchParams(url.slice(question + 1)))
}

/** The credentials of a URL as the query of another one, with its question mark; empty if it has none. */
export function credentialsSuffix(query: URLSearchParams): string {
  const kept = new URLSearchParams([...query].filter(([name]) => carried.includes(name)))
  return kept.size === 0 ? '' : `?${kept.toString()}`
}
