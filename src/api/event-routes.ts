import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { EventFeeds } from '../contracts/event-feeds.ts'
import { answers } from './answers.ts'

const querySchema = Type.Object(
  {
    type: Type.Optional(
      Type.Array(Type.String(), { description: 'Types of events, such as publish.*; all without it' }),
    ),
    stream: Type.Optional(Type.Array(Type.String(), { description: 'Names of streams, such as live/**' })),
    lastEventId: Type.Optional(
      Type.String({ description: 'As the header Last-Event-ID, for those who cannot send it' }),
    ),
  },
  { additionalProperties: false },
)

type EventQuery = { Querystring: { type?: string[]; stream?: string[]; lastEventId?: string } }

const tags = ['Events']

/** What happens, as it happens, and what it looks like. */
export function eventRoutes(app: FastifyInstance, feeds: EventFeeds): void {
  listen(app, feeds)
  const documented = Type.Object({}, { additionalProperties: true, description: 'JSON Schema 2020-12' })
  const summary = 'The JSON schema of all events'
  const schema = { operationId: 'readEventSchema', summary, tags, response: answers({ 200: documented }) }
  app.get('/api/v1/events/schema', { schema }, () => feeds.schema)
}

function listen(app: FastifyInstance, feeds: EventFeeds): void {
  const schema = {
    operationId: 'listenToEvents',
    summary: 'Events as they happen, as server-sent events; with Last-Event-ID, those since then first',
    tags,
    produces: ['text/event-stream'],
    querystring: querySchema,
    response: answers({ 200: Type.String({ description: 'Server-sent events, without end' }) }),
  }
  // A HEAD request would listen without end.
  app.get<EventQuery>('/api/v1/events', { schema, exposeHeadRoute: false }, (request, reply) => {
    const { type = [], stream = [] } = request.query
    const feed = feeds.open({ types: type.flatMap(listed), streams: stream.flatMap(listed) }, lastIdOf(request))
    return (
      reply
        .header('content-type', 'text/event-stream')
        .header('cache-control', 'no-store')
        // nginx holds back what it does not know the end of.
        .header('x-accel-buffering', 'no')
        .send(feed)
    )
  })
}

/** `a,b` says the same as two parameters. */
function listed(text: string): string[] {
  return text.split(',').filter(item => item !== '')
}

function lastIdOf({ headers, query }: FastifyRequest<EventQuery>): string | undefined {
  const header = headers['last-event-id']
  const id = typeof header === 'string' ? header : query.lastEventId
  return id === '' ? undefined : id
}
