import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { HttpAnswer, HttpShortcut, UnroutedRequest } from '../../contracts/http-routes.ts'
import type { Log } from '../../contracts/log.ts'
import type { RequestError } from '../../core/errors.ts'
import type { AnswerHeaders } from './answer-headers.ts'
import { createProblem, type Problem, problemOf, problemType } from './problem.ts'
import type { Viewers } from './viewers.ts'
import { sendWhole, takesWhole, WholeAnswers } from './whole-answers.ts'

export type ShortcutsOptions = {
  readonly answerHeaders: AnswerHeaders
  readonly viewers: Viewers
  readonly log: Log
  /** Address and port of the client, also where a proxy has said who that is. */
  readonly clientOf: (request: IncomingMessage) => string
}

/** Requests that features answer before they are routed. */
export class Shortcuts {
  readonly #options: ShortcutsOptions
  readonly #shortcuts: HttpShortcut[] = []
  readonly #answering: Answering

  constructor(options: ShortcutsOptions) {
    this.#options = options
    const { answerHeaders: headers } = options
    this.#answering = { headers, wholes: new WholeAnswers(headers) }
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
    const unrouted = new PlainRequest(request, response, clientOf(request), this.#answering)
    try {
      return this.#shortcuts.some(shortcut => shortcut(unrouted))
    } catch (error) {
      unrouted.tell(problemOf(error as Error, { method: request.method, url: unrouted.url }, this.#options.log))
      return true
    }
  }
}

/** How all of them are answered. */
type Answering = { readonly headers: AnswerHeaders; readonly wholes: WholeAnswers }

class PlainRequest implements UnroutedRequest {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly peer: string
  readonly #response: ServerResponse
  readonly #answering: Answering

  constructor({ url = '', headers }: IncomingMessage, response: ServerResponse, peer: string, answering: Answering) {
    this.url = url
    this.headers = headers
    this.peer = peer
    this.#response = response
    this.#answering = answering
  }

  answer(answer: HttpAnswer): void {
    const { headers, wholes } = this.#answering
    const { origin } = this.headers
    if (answer.isShared === true && takesWhole(this.#response)) {
      return sendWhole(this.#response, wholes.of(answer, origin))
    }
    this.#response.writeHead(answer.status, headers.fieldsOf(answer, origin)).end(answer.body)
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
