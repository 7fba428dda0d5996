import { createSecureServer, type ServerHttp2Session } from 'node:http2'
import type { TLSSocket, TlsOptions, Server as TlsServer } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import type { Milliseconds } from '../../core/units.ts'
import { shouldUpgradeCallback } from './http-app.ts'
import { cancel } from './http2-outlet.ts'

export type Http2ServerOptions = {
  readonly headersTimeout: Milliseconds
  readonly keepAliveTimeout: Milliseconds
  readonly idleTimeout: Milliseconds
  /** Called with the session at its start; the result for each session that ends because its peer broke the rules. */
  readonly onSession: (session: ServerHttp2Session) => (error: NodeJS.ErrnoException) => void
}

/** Requests that a connection may have open, as many as nginx allows; a player with low latency has about six. */
const maxConcurrentStreams = 128

/** Bytes that the fields of a request may take, each counted with 32 more: as with HTTP/1.1. RFC 9113 §6.5.2. */
const maxHeaderListSize = 16_384

/** A server for the application over HTTP/2, and over HTTP/1.1 for whom TLS has not agreed on that. */
export function createHttp2Server(app: FastifyInstance, tls: TlsOptions, options: Http2ServerOptions): TlsServer {
  const { headersTimeout, keepAliveTimeout, idleTimeout, onSession } = options
  const settings = { maxConcurrentStreams, maxHeaderListSize }
  const server = createSecureServer({ ...tls, allowHTTP1: true, settings })
  server.setTimeout(idleTimeout)
  let newest: TLSSocket | undefined
  server.prependListener('secureConnection', socket => {
    newest = socket
  })
  // Within the event before, so that the session is that of the newest socket, which it hides.
  server.on('session', session => {
    session.on('error', onSession(session))
    watchSilence(session, options)
    if (newest !== undefined) endWithSession(newest, session, options)
  })
  // A handshake that fails is not the fault of a client that speaks HTTP, which is what Node.js takes it for.
  server.removeAllListeners('tlsClientError')
  for (const event of ['request', 'clientError', 'upgrade']) {
    server.on(event, (...args) => app.server.emit(event, ...args))
  }
  // Of HTTP/1.1, where Node.js has no option for it.
  return Object.assign(server, { headersTimeout, keepAliveTimeout, requestTimeout: 0, shouldUpgradeCallback })
}

/** NGHTTP2_ERR_FLOODED and NGHTTP2_ERR_TOO_MANY_CONTINUATIONS of nghttp2.h. */
const limitErrors: readonly (number | undefined)[] = [-904, -905]

/** Which rule somebody has broken whose session ended with an error. */
export function sessionFault({ errno }: NodeJS.ErrnoException): 'limit' | 'malformed' {
  return limitErrors.includes(errno) ? 'limit' : 'malformed'
}

/** End requests during which nothing is sent for too long, and a connection that has none for too long. */
function watchSilence(session: ServerHttp2Session, { keepAliveTimeout, idleTimeout }: Http2ServerOptions): void {
  let open = 0
  const onClose = (): void => void open--
  // Before the request is answered, as some answers may take longer.
  session.prependListener('stream', stream => {
    open++
    stream.setTimeout(idleTimeout, () => cancel(stream))
    stream.once('close', onClose)
  })
  // Instead of what Node.js does, which ends requests with it. Each frame that comes or goes sets the time back.
  session.removeAllListeners('timeout')
  session.setTimeout(keepAliveTimeout)
  session.on('timeout', () => {
    if (open === 0) session.destroy()
    else session.setTimeout(keepAliveTimeout)
  })
}

/** A session that is over waits for its last bytes to be taken. The connection does not, for long. */
function endWithSession(socket: TLSSocket, session: ServerHttp2Session, { idleTimeout }: Http2ServerOptions): void {
  // HTTP/2 goes past the socket, so nothing sets this time back.
  socket.setTimeout(idleTimeout)
  socket.on('timeout', () => {
    if (session.destroyed) socket.destroy()
    else socket.setTimeout(idleTimeout)
  })
}
