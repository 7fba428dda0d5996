import { createHash, randomBytes } from 'node:crypto'

/** What SRS tells a backend about whoever it is about. */
export type SrsSubject = {
  /** Id of the connection. */
  readonly connection: string
  /** IP address. */
  readonly address: string
  /** All parameters of the URL. */
  readonly query: string
  /** The URL up to the application. */
  readonly url: string
}

/** SRS names itself so; its backends tell servers apart by it. */
const serverId = `vid-${randomBytes(4).toString('hex').slice(0, 7)}`

/**
 * What every callback of SRS begins with.
 *
 * @see SRS 6, "HTTP Callback"
 */
export function srsHead(action: string, { connection, address, query }: SrsSubject) {
  const vhost = new URLSearchParams(query).get('vhost') ?? '__defaultVhost__'
  return { server_id: serverId, service_id: serverId, action, client_id: connection, ip: address, vhost }
}

/** What its callbacks about a stream add. */
export function srsStream(stream: string, { query, url }: SrsSubject) {
  const slash = stream.lastIndexOf('/')
  const app = slash === -1 ? '__defaultApp__' : stream.slice(0, slash)
  return {
    app,
    tcUrl: url,
    stream: stream.slice(slash + 1),
    param: query === '' ? '' : `?${query}`,
    stream_url: `/${app}/${stream.slice(slash + 1)}`,
    stream_id: `vid-${createHash('sha256').update(stream).digest('hex').slice(0, 7)}`,
  }
}

/** The number that an SRS backend answers with, 0 for yes; `undefined` if the text holds none. */
export function srsCode(text: string): number | undefined {
  try {
    const value = JSON.parse(text) as unknown
    const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : value
    return Number.isInteger(code) ? Number(code) : undefined
  } catch {
    return undefined
  }
}
