import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply } from 'fastify'
import type { Log } from '../../contracts/log.ts'
import { DocumentError, type DocumentProblem, RequestError } from '../../core/errors.ts'

/**
 * What every error of this listener looks like.
 *
 * @see RFC 9457 §3
 */
export type Problem = {
  readonly type: 'about:blank'
  /** The phrase of the status code, as `about:blank` demands (RFC 9457 §4.2.1). */
  readonly title: string
  readonly status: number
  readonly detail: string
  /** Everything that is wrong with a document: where (RFC 6901) and what. */
  readonly errors?: readonly DocumentProblem[]
}

/** @see RFC 7617 §2 (Basic), RFC 6750 §3 (Bearer) */
const challenges = ['Basic realm="Sluice", charset="UTF-8"', 'Bearer realm="Sluice"']

export const problemType = 'application/problem+json; charset=utf-8'

export function createProblem(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail }
}

/** Answer a request with problem details. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Over what the route may have said about the answer that it meant to give.
  reply.header('Cache-Control', 'no-store')
  // As text, so that no route's response schema takes fields away.
  return reply.code(problem.status).type(problemType).send(JSON.stringify(problem))
}

/** Answer for whatever a route threw. */
export function answerError(error: FastifyError, reply: FastifyReply, log: Log): FastifyReply {
  const problem = problemOf(error, reply.request, log)
  if (problem.status === 401) reply.header('WWW-Authenticate', challenges)
  if (error instanceof RequestError && error.retryAfter !== undefined) reply.header('Retry-After', error.retryAfter)
  return sendProblem(reply, problem)
}

/** What is told of an error: the client's faults in words, ours without their insides. */
export function problemOf(
  error: Error & { readonly statusCode?: number | undefined },
  { method, url }: { readonly method: string; readonly url: string },
  log: Log,
): Problem {
  const status = error.statusCode ?? 500
  const errors = error instanceof DocumentError ? { errors: error.problems } : {}
  if (status < 500 || status === 503) return { ...createProblem(status, error.message), ...errors }
  log.error('HTTP_FAILED', `Cannot answer ${method} ${url}: ${error.message}`, { stack: error.stack })
  return createProblem(status, 'Cannot answer: the server has a fault, see its log')
}
