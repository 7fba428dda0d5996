import { UrlError } from '../../core/errors.ts'

/** Where a stream is on a server that speaks RTMP. Holds secrets: only `shown` is for logs and people. */
export type RtmpUrl = {
  readonly isSecure: boolean
  /** Name or address, an IPv6 one without its brackets. */
  readonly host: string
  readonly port: number
  /** The application as `connect` names it, its query included. */
  readonly app: string
  /** The stream as `publish` and `play` name it, its query included. May be empty. */
  readonly key: string
  /** The URL up to the application, as `connect` names it. */
  readonly tcUrl: string
  /** The URL without key, query and credentials. */
  readonly shown: string
}

const form =
  /^(?<scheme>rtmps?):\/\/(?:(?<userInfo>[^/?#]*)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[^:/?#@[\]\s]+)(?::(?<port>\d{1,5}))?\/(?<path>[^\s#]+)$/i
/** A query of the application with the key behind it, as it comes about where an encoder joins "server" and "key". */
const queryInApp = /^(?<app>[^/?]+\?[^?]*)\/(?<key>[^/].*)$/
/** Flash Media Server's default instance: what follows is the key, however many segments it has. */
const defaultInstance = /^(?<app>[^/?]+\/_definst_)\/(?<key>.+)$/

const defaultPorts = { rtmp: 1935, rtmps: 443 } as const

/**
 * Take an `rtmp://` or `rtmps://` URL apart. The last segment of the path is the key, those before are the application;
 * a user and password before the host become `?user=&pass=` of the key. Nothing is percent-decoded, as no client does.
 *
 * @throws {UrlError} If it is none, in words that hold nothing of it but its beginning.
 * @see RTMP 1.0 §7.2.1.1 (app, tcUrl)
 */
export function parseRtmpUrl(text: string): RtmpUrl {
  const parts = form.exec(text)?.groups as Partial<Record<'scheme' | 'userInfo' | 'host' | 'port' | 'path', string>>
  if (parts === undefined) throw new UrlError(`Cannot use the URL ${beginningOf(text)}: ${rule}`)
  const scheme = parts.scheme?.toLowerCase() === 'rtmps' ? 'rtmps' : 'rtmp'
  const { host = '', path = '' } = parts
  const port = Number(parts.port ?? defaultPorts[scheme])
  if (port === 0 || port > 65_535) throw new UrlError(`Cannot use the URL ${beginningOf(text)}: its port is 1 to 65535`)

  const { app, key } = splitPath(path)
  const server = `${scheme}://${host}${port === defaultPorts[scheme] ? '' : `:${port}`}`
  return {
    isSecure: scheme === 'rtmps',
    host: host.replace(/^\[|\]$/g, ''),
    port,
    app,
    key: withUserInfo(key, parts.userInfo),
    tcUrl: `${server}/${app}`,
    shown: `${server}/${app.replace(/\?.*/s, '')}${key === '' ? '' : '/…'}`,
  }
}

const rule = 'it must have the form rtmp://HOST[:PORT]/APP/KEY or rtmps://…'

/** Scheme and host of whatever it is, as far as they can be told: what follows may be secret. */
function beginningOf(text: string): string {
  const beginning = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#@]*)/i.exec(text)
  return beginning === null ? '' : beginning[0].replace(/\/\/.*/s, `//${beginning[1]}/…`)
}

function splitPath(path: string): { readonly app: string; readonly key: string } {
  const { app, key } = (queryInApp.exec(path) ?? defaultInstance.exec(path))?.groups ?? {}
  if (app !== undefined && key !== undefined) return { app, key }
  const queryAt = path.indexOf('?')
  const end = queryAt < 0 ? path.length : queryAt
  const cut = path.lastIndexOf('/', end - 1)
  return cut < 0 ? { app: path, key: '' } : { app: path.slice(0, cut), key: path.slice(cut + 1) }
}

/** Already percent-encoded where it has to be: it comes from a URL and goes into one. */
function withUserInfo(key: string, userInfo: string | undefined): string {
  if (userInfo === undefined || userInfo === '') return key
  const [user = '', ...rest] = userInfo.split(':')
  return keyWithCredentials(key, user, rest.length === 0 ? undefined : rest.join(':'))
}

/** The key of a user. What is given is percent-encoded. */
export function keyWithCredentials(key: string, user: string, password: string | undefined): string {
  const credentials = `user=${user}${password === undefined ? '' : `&pass=${password}`}`
  return `${key}${key.includes('?') ? '&' : '?'}${credentials}`
}

/** The whole URL again, with its secrets. */
export function formatRtmpUrl({ tcUrl, key }: RtmpUrl): string {
  return key === '' ? tcUrl : `${tcUrl}/${key}`
}

/**
 * Where a server asks to reconnect to: `tcUrl` is absolute, or relative to the URL in use. The key stays, its query
 * included.
 *
 * @throws {UrlError} If it leads to no RTMP server, or from TLS to plain text.
 * @see Enhanced RTMP v2, Reconnect Request, tcUrl
 */
export function reconnectUrl(current: RtmpUrl, tcUrl: string | undefined): RtmpUrl {
  if (tcUrl === undefined || tcUrl === '') return current
  const scheme = current.isSecure ? 'rtmps' : 'rtmp'
  const server = current.tcUrl.slice(0, current.tcUrl.indexOf('/', scheme.length + 3))
  const absolute = tcUrl.startsWith('//') ? `${scheme}:${tcUrl}` : tcUrl.startsWith('/') ? server + tcUrl : tcUrl
  const next = { ...parseRtmpUrl(`${absolute.replace(/\/+$/, '')}/key`), key: current.key }
  if (current.isSecure && !next.isSecure) {
    throw new UrlError(`Cannot reconnect to ${next.shown}: a connection over TLS must not go on without it`)
  }
  return next
}
