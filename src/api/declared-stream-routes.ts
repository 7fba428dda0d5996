import type { FastifyInstance } from 'fastify'
import type { JsonSchema } from '../config/document-schema.ts'
import type { DeclaredStreams } from '../contracts/declared-streams.ts'
import { declarationRoutes } from './declaration-routes.ts'
import { checkedName } from './stream-name.ts'
import { streamParams as params } from './stream-params.ts'

const summaries = {
  read: 'A stream as it was declared',
  put: 'Declare a stream, or replace what was declared',
  patch: 'Change some members of what was declared; null removes one, and lists are replaced (RFC 7396)',
  remove: 'Take back what was declared; whoever publishes or plays the stream goes on as if it never was',
}

/**
 * The way to declare streams, to change what was declared, and to take it back.
 *
 * @param document What may be declared of a stream.
 */
export function declaredStreamRoutes(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  declarationRoutes(app, {
    ...{ path: '/api/v1/streams/:stream', tags: ['Streams'], params, noun: 'stream', summaries },
    nameIn: ({ stream = '' }) => checkedName(stream),
    hint: '; what it does is at …/status',
    documents: streams,
    document,
    role: 'operator',
  })
}
