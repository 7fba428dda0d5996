import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { HttpAnswer, HttpShortcut, UnroutedRequest } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import type { RequestError } from '../../core/errors.ts'
import { AnswerHeaders } from './answer-headers.ts'
import { createProblem, type Problem, problemOf, problemType } from './problem.ts'
import type { Viewers } from './viewers.ts'

export type ShortcutsOptions = {
  readonly corsOrigins: readonly string[]
  readonly viewers: Viewers
  readonly log: Log
  /** Address and port of the client, also where a proxy has said who that is. */
  readonly clientOf: (request: IncomingMessage) => string
}

/** Requests that features answer before they are routed. */
export class Shortcuts {
  readonly #options: ShortcutsOptions
  readonly #shortcuts: HttpShortcut[] = []
  readonly #shared: AnswerHeaders

  constructor(options: ShortcutsOptions) {
    this.#options = options
    this.#shared = new AnswerHeaders(options.corsOrigins)
  }

  add(shortcut: HttpShortcut): void {
    this.#shortcuts.push(shortcut)
  }

  /** Stand before the routes of an application that is ready. */
  guard(app: FastifyInstance): void {
    app.server.removeAllListeners('request')
    app.server.on('request', (request, response) => {
      if (!this.#takes(request, response)) app.routing(request, response)
    })
  }

  /** What arrives where a stream is played, or while the server drains, only routes know how to treat. */
  #takes(request: IncomingMessage, response: ServerResponse): boolean {
    const { viewers, clientOf } = this.#options
    const { socket } = request
    if (request.method !== 'GET' || viewers.draining.aborted || viewers.owns(socket)) return false
    const unrouted = new PlainRequest(request, response, clientOf(request), this.#shared)
    try {
      return this.#shortcuts.some(shortcut => shortcut(unrouted))
    } catch (error) {
      unrouted.tell(problemOf(error as Error, { method: request.method, url: unrouted.url }, this.#options.log))
      return true
    }
  }
}

class PlainRequest implements UnroutedRequest {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly peer: string
  readonly #response: ServerResponse
  readonly #shared: AnswerHeaders

  constructor({ url = '', headers }: IncomingMessage, response: ServerResponse, peer: string, shared: AnswerHeaders) {
    this.url = url
    this.headers = headers
    this.peer = peer
    this.#response = response
    this.#shared = shared
  }

  answer({ status, headers, vary, body }: HttpAnswer): void {
    const shared = this.#shared.of(this.headers.origin)
    const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))]
    this.#response.writeHead(status, [...shared, ...this.#shared.vary(vary), ...headers, ...length]).end(body)
  }

  refuse({ statusCode, message }: RequestError): void {
    this.tell(createProblem(statusCode, message))
  }

  tell(problem: Problem): void {
    const headers = ['Cache-Control', 'no-store', 'Content-Type', problemType]
    this.answer({ status: problem.status, headers, body: JSON.stringify(problem) })
  }

  onGone(callback: () => void): () => void {
    this.#response.once('close', callback)
    return () => this.#response.off('close', callback)
  }
}
