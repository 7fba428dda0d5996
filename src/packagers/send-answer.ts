import type { FastifyReply } from 'fastify'
import type { HttpAnswer } from '../contracts/http-routes.ts'

/** Send an answer the way through routes. */
export function sendAnswer(reply: FastifyReply, { status, headers, vary, body }: HttpAnswer): FastifyReply {
  // What others have said before holds as well.
  if (vary !== undefined)
    reply.header('Vary', [reply.getHeader('Vary'), vary].filter(field => field !== undefined).join(', '))
  return putHeaders(reply, headers).code(status).send(body)
}

/** @param headers Names and values in turns. */
export function putHeaders(reply: FastifyReply, headers: readonly string[]): FastifyReply {
  for (let i = 0; i < headers.length; i += 2) reply.header(String(headers[i]), headers[i + 1])
  return reply
}
