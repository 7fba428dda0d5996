import { isIP } from 'node:net'
import { UrlError } from '../core/errors.ts'

/** Where documents are kept. */
export type StoreUrl =
  | { readonly kind: 'json'; readonly folder: string }
  | { readonly kind: 'sqlite'; readonly file: string }
  | SqlServer
  | MongoServer

/** Whether the connection is encrypted, and whether the server must prove who it is. */
export type ServerTls = 'disable' | 'require' | 'verify-full'

export type SqlServer = {
  readonly kind: 'postgres' | 'mysql'
  /** The URL without password and parameters. */
  readonly place: string
  readonly host: string
  readonly port: number
  /** On this machine, instead of host and port: MySQL's socket, the folder of PostgreSQL's. */
  readonly socket: string | undefined
  readonly user: string
  readonly password: string
  readonly database: string
  readonly tls: ServerTls
  /** Certificates of those who may sign the server's; `undefined` for those that Node trusts. */
  readonly caFile: string | undefined
}

export type MongoServer = {
  readonly kind: 'mongodb'
  readonly place: string
  /** For the driver: it has hosts and parameters of its own. Without user and password. */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly database: string
}

type SqlKind = { readonly kind: SqlServer['kind']; readonly port: number }

const sqlKinds: Readonly<Record<string, SqlKind>> = {
  'postgres:': { kind: 'postgres', port: 5432 },
  'postgresql:': { kind: 'postgres', port: 5432 },
  'mysql:': { kind: 'mysql', port: 3306 },
  'mariadb:': { kind: 'mysql', port: 3306 },
}

const sqlParameters = ['sslmode', 'sslrootcert', 'socket']

/**
 * Read where documents are kept; `undefined` if that is no URL of a store.
 *
 * @throws {UrlError} If it is one that cannot be used. The message holds nothing of it that may be secret.
 */
export function parseStoreUrl(text: string): StoreUrl | undefined {
  const [, scheme, rest] = /^([a-z+]+):(.+)$/s.exec(text) ?? []
  if (scheme === undefined || rest === undefined) return undefined
  if (scheme === 'json') return { kind: 'json', folder: rest }
  if (scheme === 'sqlite') return { kind: 'sqlite', file: rest }
  if (scheme === 'mongodb' || scheme === 'mongodb+srv') return parseMongo(text, scheme)
  const sql = sqlKinds[`${scheme}:`]
  return sql && parseSql(text, sql)
}

/** The same server with a password that stands elsewhere. */
export function withPassword<Server extends SqlServer | MongoServer>(server: Server, password: string): Server {
  if (server.password !== '') throw wrong(server.kind, 'the password stands in the URL and in a file')
  if (server.user === '') throw wrong(server.kind, 'it must name the user whose password is in the file')
  return { ...server, password }
}

function parseSql(text: string, { kind, port }: SqlKind): SqlServer {
  const url = URL.parse(text)
  if (url === null) throw wrong(kind, 'it must look like SCHEME://USER:PASSWORD@HOST:PORT/DATABASE')
  const unknown = [...url.searchParams.keys()].find(name => !sqlParameters.includes(name))
  if (unknown !== undefined) throw wrong(kind, `its parameters are ${sqlParameters.join(', ')}, one is ${unknown}`)
  const [user, database] = [decoded(kind, url.username), decoded(kind, url.pathname.slice(1))]
  if (database === '') throw wrong(kind, 'it must name a database after the host')
  if (user === '') throw wrong(kind, 'it must name a user before the host')
  const host = url.hostname.replace(/^\[(.+)\]$/, '$1') || 'localhost'
  const security = tlsOf(kind, url.searchParams)
  // Its driver takes every address for localhost when it looks at the certificate.
  if (kind === 'mysql' && security.tls === 'verify-full' && isIP(host) !== 0) {
    throw wrong(kind, 'sslmode=verify-full needs the name of a host, not an address')
  }
  return {
    ...{ kind, user, database, password: decoded(kind, url.password), host, port: Number(url.port || port) },
    place: `${url.protocol}//${url.host}/${database}`,
    socket: url.searchParams.get('socket') ?? undefined,
    ...security,
  }
}

function tlsOf(kind: SqlServer['kind'], parameters: URLSearchParams): Pick<SqlServer, 'tls' | 'caFile'> {
  const caFile = parameters.get('sslrootcert') ?? undefined
  const mode = parameters.get('sslmode') ?? (caFile === undefined ? 'disable' : 'verify-full')
  if (mode !== 'disable' && mode !== 'require' && mode !== 'verify-full') {
    throw wrong(kind, `sslmode must be disable, require or verify-full, is "${mode}"`)
  }
  if (caFile !== undefined && mode !== 'verify-full') throw wrong(kind, 'sslrootcert is for sslmode=verify-full')
  return { tls: mode, caFile }
}

/** Several hosts make it no URL for others. @see https://www.mongodb.com/docs/manual/reference/connection-string/ */
function parseMongo(text: string, scheme: string): MongoServer {
  const form = /^[a-z+]+:\/\/(?:([^@/]*)@)?([^@/?]+)(?:\/([^/?]*))?(\?.*)?$/.exec(text)
  if (form === null) throw wrong('mongodb', `it must look like ${scheme}://USER:PASSWORD@HOST:PORT/DATABASE`)
  const [, credentials = '', hosts = '', name = '', parameters = ''] = form
  const [user = '', ...password] = credentials.split(':')
  const database = decoded('mongodb', name) || 'sluice'
  return {
    ...{ kind: 'mongodb', place: `${scheme}://${hosts}/${database}`, url: `${scheme}://${hosts}/${name}${parameters}` },
    ...{ user: decoded('mongodb', user), password: decoded('mongodb', password.join(':')), database },
  }
}

function decoded(kind: string, text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw wrong(kind, 'a % in it stands for itself only as %25')
  }
}

function wrong(kind: string, rule: string): UrlError {
  return new UrlError(`Cannot use the URL ${kind}://…: ${rule}`)
}
