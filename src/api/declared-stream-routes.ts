import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DeclaredStream, DeclaredStreams } from '../contracts/declared-streams.ts'
import { DocumentError, RequestError, StoreError } from '../core/errors.ts'
import { addedNames, type DeclaredStreamView, declaredStreamSchema } from './declared-stream-schema.ts'
import { entityTag, expectationOf, presentExpectationOf } from './preconditions.ts'
import { problemSchema } from './problem-schema.ts'
import { checkedName } from './stream-actions.ts'

type StreamRequest = FastifyRequest<{ Params: { '*': string } }>

const problems = { 400: problemSchema, 409: problemSchema, 412: problemSchema, 422: problemSchema, 503: problemSchema }

/** @see RFC 7396 §4 */
const patchType = 'application/merge-patch+json'

/** The way to declare streams, to change what was declared, and to take it back. */
export function declaredStreamRoutes(app: FastifyInstance, streams: DeclaredStreams): void {
  app.addContentTypeParser(patchType, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
  putStream(app, streams)
  patchStream(app, streams)
  removeStream(app, streams)
}

/** A stream as it was declared, with the tag that changes of it may name. */
export function sendDeclared(reply: FastifyReply, stream: DeclaredStream): FastifyReply {
  return reply.header('ETag', entityTag(stream.revision)).send(viewOf(stream))
}

function putStream(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'Declare a stream, or replace what was declared'
  const schema = { summary, response: { 200: declaredStreamSchema, 201: declaredStreamSchema, ...problems } }
  app.put('/api/v1/streams/*', { schema }, async (request: StreamRequest, reply) => {
    const name = checkedName(request.params['*'])
    const isNew = streams.get(name) === undefined
    const document = withoutAdded(name, request.body)
    const stream = await answering(streams.put(name, document, expectationOf(request)))
    return sendDeclared(reply.code(isNew ? 201 : 200), stream)
  })
}

function patchStream(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'Change some members of what was declared; null removes one, and lists are replaced (RFC 7396)'
  const schema = { summary, response: { 200: declaredStreamSchema, 404: problemSchema, ...problems } }
  app.patch('/api/v1/streams/*', { schema }, async (request: StreamRequest, reply) => {
    const name = checkedName(request.params['*'])
    const patch = withoutAdded(name, request.body)
    const stream = await answering(streams.patch(name, patch, presentExpectationOf(request)))
    if (stream === undefined) throw notDeclared(name)
    return sendDeclared(reply, stream)
  })
}

function removeStream(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'Take back what was declared; whoever publishes or plays the stream goes on as if it never was'
  const schema = { summary, response: { 404: problemSchema, ...problems } }
  app.delete('/api/v1/streams/*', { schema }, async (request: StreamRequest, reply) => {
    const name = checkedName(request.params['*'])
    if (!(await answering(streams.remove(name, presentExpectationOf(request))))) throw notDeclared(name)
    return reply.code(204).send()
  })
}

function notDeclared(name: string): RequestError {
  return new RequestError(404, `Cannot change stream ${name}: nobody has declared it`)
}

function viewOf({ name, origin, problems: found, document }: DeclaredStream): DeclaredStreamView {
  return { ...document, name, origin, problems: [...found] }
}

/** What was sent, without what an answer of ours has added to it. */
function withoutAdded(name: string, body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
  if ('name' in body && body.name !== name) {
    throw new DocumentError(`Cannot declare ${name}: the document is another stream's`, [
      { pointer: '/name', detail: `It must be the name in the URL, or be left out` },
    ])
  }
  return Object.fromEntries(Object.entries(body).filter(([member]) => !addedNames.includes(member)))
}

/** What the store says, as HTTP says it. */
async function answering<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    if (error.fault === 'conflict') throw new RequestError(412, error.message, { cause: error })
    const { retryAfter = 1 } = error
    throw new RequestError(503, error.message, { cause: error, retryAfter })
  }
}
