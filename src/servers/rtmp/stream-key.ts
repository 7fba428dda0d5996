/** What the application and the stream key of an RTMP URL say together. */
export type StreamAddress = {
  /** The stream's name; not yet checked. */
  readonly name: string
  /** Parameters of both queries; the stream key's win. */
  readonly query: URLSearchParams
}

/**
 * Join the application and the stream key into a stream name: `live` and `test` are `live/test`. Slashes at the ends
 * and Flash Media Server's default instance `_definst_` fall away; an empty part adds nothing.
 */
export function streamAddress(
  application: { readonly app: string; readonly query: string },
  key: { readonly name: string; readonly query: string },
): StreamAddress {
  const segments = [...application.app.split('/'), ...key.name.split('/')]
  const name = segments.filter(segment => segment !== '' && segment !== '_definst_').join('/')
  const query = new URLSearchParams(application.query)
  for (const [field, value] of new URLSearchParams(key.query)) query.set(field, value)
  return { name, query }
}
