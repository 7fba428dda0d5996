import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import type { JsonSchema } from '../config/document-schema.ts'
import type { DeclaredStream, DeclaredStreams } from '../contracts/declared-streams.ts'
import { DocumentError, RequestError, StoreError } from '../core/errors.ts'
import { answers, answersToBody, nothing } from './answers.ts'
import { addedNames, type DeclaredStreamView, declaredStreamSchema } from './declared-stream-schema.ts'
import { changeHeaders, entityTag, expectationOf, presentExpectationOf } from './preconditions.ts'
import { checkedName } from './stream-name.ts'
import { streamParams as params, type StreamParams } from './stream-params.ts'

const path = '/api/v1/streams/:stream'
const tags = ['Streams']

/** @see RFC 7396 §4 */
const patchType = 'application/merge-patch+json'

/** The document itself says what is wrong with it, all at once. */
const readByItself = { validatorCompiler: () => () => true }

/**
 * The way to declare streams, to change what was declared, and to take it back.
 *
 * @param document What may be declared of a stream.
 */
export function declaredStreamRoutes(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  app.addContentTypeParser(patchType, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
  readStream(app, streams)
  putStream(app, streams, document)
  patchStream(app, streams, document)
  removeStream(app, streams)
}

function readStream(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'A stream as it was declared'
  const response = answers({ 200: declaredStreamSchema }, 404)
  const schema = { operationId: 'readStream', summary, tags, params, response }
  app.get<StreamParams>(path, { schema }, ({ params: { stream } }, reply) => {
    const declared = streams.get(checkedName(stream))
    if (declared !== undefined) return sendDeclared(reply, declared)
    throw new RequestError(404, `Cannot read stream ${stream}: nobody has declared it; what it does is at …/status`)
  })
}

function putStream(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  const summary = 'Declare a stream, or replace what was declared'
  const response = answersToBody({ 200: declaredStreamSchema, 201: declaredStreamSchema }, 409, 412, 422)
  const body = Type.Unsafe<unknown>(document)
  const schema = { operationId: 'putStream', summary, tags, params, headers: changeHeaders, body, response }
  app.put<StreamParams>(path, { schema, ...readByItself }, async (request, reply) => {
    const name = checkedName(request.params.stream)
    const isNew = streams.get(name) === undefined
    const sent = withoutAdded(name, request.body)
    const stream = await answering(streams.put(name, sent, expectationOf(request)))
    return sendDeclared(reply.code(isNew ? 201 : 200), stream)
  })
}

function patchStream(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  const summary = 'Change some members of what was declared; null removes one, and lists are replaced (RFC 7396)'
  const response = answersToBody({ 200: declaredStreamSchema }, 404, 409, 412, 422)
  const { required: _required, ...members } = document
  const documented = { body: Type.Unsafe<unknown>(members), consumes: ['application/json', patchType] }
  const schema = { operationId: 'patchStream', summary, tags, params, headers: changeHeaders, ...documented, response }
  app.patch<StreamParams>(path, { schema, ...readByItself }, async (request, reply) => {
    const name = checkedName(request.params.stream)
    const patch = withoutAdded(name, request.body)
    const stream = await answering(streams.patch(name, patch, presentExpectationOf(request)))
    if (stream === undefined) throw notDeclared(name)
    return sendDeclared(reply, stream)
  })
}

function removeStream(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'Take back what was declared; whoever publishes or plays the stream goes on as if it never was'
  const response = answers({ 204: nothing }, 404, 409, 412)
  const schema = { operationId: 'removeStream', summary, tags, params, headers: changeHeaders, response }
  app.delete<StreamParams>(path, { schema, ...readByItself }, async (request, reply) => {
    const name = checkedName(request.params.stream)
    if (!(await answering(streams.remove(name, presentExpectationOf(request))))) throw notDeclared(name)
    return reply.code(204).send()
  })
}

/** A stream as it was declared, with the tag that changes of it may name. */
function sendDeclared(reply: FastifyReply, stream: DeclaredStream): FastifyReply {
  return reply.header('ETag', entityTag(stream.revision)).send(viewOf(stream))
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
