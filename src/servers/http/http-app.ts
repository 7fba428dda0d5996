import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchemaValidationError,
} from 'fastify'
import type { Network } from '../../config/network.ts'
import type { HttpRoutes, HttpShortcut } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import { DeniedError } from '../../core/errors.ts'
import type { AnswerHeaders } from './answer-headers.ts'
import { extensionConstraint } from './file-extension.ts'
import { isForeignChange } from './foreign-page.ts'
import { forwardedPeer } from './forwarded-peer.ts'
import { preflightFields } from './preflight.ts'
import { answerError, createProblem, problemType, sendProblem } from './problem.ts'
import { Shortcuts } from './shortcuts.ts'
import type { Viewers } from './viewers.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Address and port of the client, also where a proxy has said who that is. */
    readonly peer: string
  }
}

export type HttpAppOptions = {
  readonly answerHeaders: AnswerHeaders
  readonly log: Log
  readonly viewers: Viewers
  /** Address and port of whoever is at the other end of a socket. */
  readonly peerOf: (socket: Socket) => string
  /** Who may say for whom they ask. */
  readonly trustedProxies: () => readonly Network[]
  readonly routes: readonly HttpRoutes[]
  readonly rewriteUrl?: UrlRewriting | undefined
  /** Called for each connection that does not speak HTTP, or takes too long to. */
  readonly onClientFault: (fault: ClientFault, socket: Socket) => void
}

/** The URL that routes are looked for with. */
export type UrlRewriting = (method: string, url: string) => string

export type ClientFault = 'malformed' | 'limit' | 'timeout'

/** Viewers of a WebSocket have nothing to say but control frames. */
const maxWebSocketMessage = 4096

/** Longest path; a stream's name has 255 bytes, each of which may be percent-encoded. */
const maxParamLength = 1024

/** The Fastify application: everything about HTTP that is the same for all routes, then the routes. */
export async function createHttpApp(options: HttpAppOptions): Promise<FastifyInstance> {
  const { answerHeaders, log, viewers, routes, rewriteUrl = asItIs } = options
  const clientOf = ({ socket, headers }: IncomingMessage): string =>
    forwardedPeer(options.peerOf(socket), headers['x-forwarded-for'], options.trustedProxies())
  const app = fastify({
    // Idle connections end at once when the listener closes, viewers after their goodbye.
    forceCloseConnections: 'idle',
    rewriteUrl: ({ method = '', url = '' }) => rewriteUrl(method, url),
    // What a route does not know is the client's mistake, and not to be passed over.
    ajv: { customOptions: { removeAdditional: false } },
    schemaErrorFormatter: (errors, part) => wrongRequest(errors, part),
    routerOptions: { maxParamLength, constraints: { extension: extensionConstraint } },
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, createProblem(error.statusCode ?? 400, error.message))
    },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, options),
  })
  app.decorateRequest('peer', {
    getter() {
      return clientOf(this.raw)
    },
  })
  app.setErrorHandler((error: FastifyError, _request, reply) => answerError(error, reply, log))
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, createProblem(404, `Cannot ${request.method} ${pathOf(request.url)}: there is no such page`)),
  )
  app.addHook('onRequest', (request, reply, done) => {
    if (viewers.owns(request.raw.socket)) {
      // The answer that plays on this connection said "Connection: close".
      reply.hijack()
      request.raw.socket.destroy()
    }
    if (!answerForeignPage(request, reply, answerHeaders)) done()
  })
  const webSocketOptions = { maxPayload: maxWebSocketMessage, autoPong: false, perMessageDeflate: false }
  await app.register(websocket, { options: webSocketOptions, errorHandler: (_error, socket) => socket.terminate() })
  const shortcuts = new Shortcuts({ ...options, clientOf })
  app.decorate('addShortcut', (shortcut: HttpShortcut) => shortcuts.add(shortcut))
  for (const addRoutes of routes) await app.register(async scope => addRoutes(scope))
  await app.ready()
  shortcuts.guard(app)
  return app
}

function asItIs(_method: string, url: string): string {
  return url
}

type WrongPart = Pick<FastifySchemaValidationError, 'instancePath' | 'params'> & { readonly message?: string }

/** The first that is wrong with a part of a request: its query, its body. */
function wrongRequest(errors: readonly WrongPart[], part: string): Error {
  const { instancePath = '', message = 'is wrong', params } = errors[0] ?? {}
  const unknown = params?.['additionalProperty']
  if (typeof unknown === 'string') return new Error(`Cannot read the request: ${part}${instancePath} has no ${unknown}`)
  return new Error(`Cannot read the request: ${part}${instancePath} ${message}`)
}

/**
 * Say what pages of other sites may do with the answer. True if that is all that was asked.
 *
 * @throws {DeniedError} If such a page wants to change something that it may not.
 */
function answerForeignPage(request: FastifyRequest, reply: FastifyReply, answerHeaders: AnswerHeaders): boolean {
  const { origins } = answerHeaders
  const fields = answerHeaders.fieldsFor(request.headers.origin)
  for (let i = 0; i < fields.length; i += 2) reply.header(fields[i] ?? '', fields[i + 1])
  if (isForeignChange(request, origins)) throw foreignChange()
  const preflight = origins.length === 0 ? undefined : preflightFields(request)
  if (preflight === undefined) return false
  reply.code(204).headers(preflight).send()
  return true
}

function foreignChange(): DeniedError {
  return new DeniedError(403, 'Cannot change this: a page of another site asks, and http.corsOrigins does not name it')
}

/** Java and curl offer an upgrade to HTTP/2 with plain requests; they are answered as if they had not. */
export function shouldUpgradeCallback({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

function answerClientError(error: Error & { code?: string }, socket: Socket, options: HttpAppOptions): void {
  const isGone = error.code === 'ECONNRESET' || !socket.writable
  if (isGone || options.viewers.owns(socket)) return void socket.destroy()
  const { fault, status } = clientFault(error.code)
  options.onClientFault(fault, socket)
  options.log.info('HTTP_PROTOCOL_ERROR', `Cannot read the request: ${error.message}`, {
    peer: options.peerOf(socket),
  })
  const problem = createProblem(status, 'Cannot read the request: it breaks the rules of HTTP/1.1')
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: ${problemType}\r\nContent-Length: ${body.length}\r\n` +
      `Connection: close\r\n\r\n${body}`,
  )
}

function clientFault(code: string | undefined): { fault: ClientFault; status: number } {
  if (code === 'HPE_HEADER_OVERFLOW') return { fault: 'limit', status: 431 }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { fault: 'timeout', status: 408 }
  return { fault: 'malformed', status: 400 }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
