/** Parameters of URLs whose values let somebody in. */
const secretParameters: ReadonlySet<string> = new Set(['token', 'jwt', 'pass', 'password', 'secret'])

/** The parameters of a URL that anybody may know. What is left is as it was written. */
export function withoutCredentials(query: string): string {
  return query
    .split('&')
    .filter(parameter => !secretParameters.has(nameOf(parameter).toLowerCase()))
    .join('&')
}

/** As a parser of URLs reads it: `p%61ss` is `pass`. */
function nameOf(parameter: string): string {
  const [name = ''] = new URLSearchParams(parameter).keys()
  return name
}
