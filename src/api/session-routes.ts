import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Clock } from '../contracts/clock.ts'
import type { Session, Sessions } from '../contracts/sessions.ts'
import { RequestError } from '../core/errors.ts'
import { answers, nothing } from './answers.ts'
import { linkNext, pageOf } from './page.ts'
import { sessionTest } from './session-filter.ts'
import {
  endedSchema,
  type SessionFilter,
  type SessionQuery,
  type SessionView,
  sessionFilterSchema,
  sessionPageSchema,
  sessionQuerySchema,
  sessionSchema,
} from './session-schema.ts'
import { type Moment, momentOf, rfc3339 } from './stream-status.ts'

const path = '/api/v1/sessions'
const tags = ['Sessions']
const params = Type.Object({ id: Type.String({ description: 'Id of a session', maxLength: 100 }) })

type IdParams = { Params: { id: string } }

/** Who is connected, and a way to disconnect them. */
export function sessionRoutes(app: FastifyInstance, sessions: Sessions, clock: Clock): void {
  listSessions(app, sessions, clock)
  readSession(app, sessions, clock)
  endSession(app, sessions)
  endSessions(app, sessions)
}

function listSessions(app: FastifyInstance, sessions: Sessions, clock: Clock): void {
  const summary = 'Everybody who publishes or plays, and relays, oldest first'
  const response = answers({ 200: sessionPageSchema })
  const schema = { operationId: 'listSessions', summary, tags, querystring: sessionQuerySchema, response }
  app.get<{ Querystring: SessionQuery }>(path, { schema }, (request, reply) => {
    const wanted = sessions.list().filter(sessionTest(request.query))
    const page = pageOf(wanted, keyOf, request.query)
    linkNext(request, reply, page)
    const moment = momentOf(clock)
    return { items: page.items.map(session => viewOf(session, moment)), next: page.next }
  })
}

function readSession(app: FastifyInstance, sessions: Sessions, clock: Clock): void {
  const response = answers({ 200: sessionSchema }, 404)
  const schema = { operationId: 'readSession', summary: 'One session', tags, params, response }
  app.get<IdParams>(`${path}/:id`, { schema }, ({ params: { id } }) => viewOf(find(sessions, id), momentOf(clock)))
}

function endSession(app: FastifyInstance, sessions: Sessions): void {
  const summary = 'Disconnect a peer; a viewer of HLS or DASH is refused for a minute, a relay connects anew'
  const response = answers({ 204: nothing }, 404)
  const schema = { operationId: 'endSession', summary, tags, params, response }
  app.delete<IdParams>(`${path}/:id`, { schema }, ({ params: { id } }, reply) => {
    find(sessions, id).end()
    return reply.code(204).send()
  })
}

function endSessions(app: FastifyInstance, sessions: Sessions): void {
  const summary = 'Disconnect all whom the query means; it must say something'
  const response = answers({ 200: endedSchema })
  const schema = { operationId: 'endSessions', summary, tags, querystring: sessionFilterSchema, response }
  app.delete<{ Querystring: SessionFilter }>(path, { schema }, ({ query }) => {
    if (Object.keys(query).length === 0) {
      throw new RequestError(400, 'Cannot disconnect everybody: say whom with stream, protocol, role or remote')
    }
    const wanted = sessions.list().filter(sessionTest(query))
    for (const session of wanted) session.end()
    return { ended: wanted.length }
  })
}

/** @throws {RequestError} If there is none. */
function find(sessions: Sessions, id: string): Session {
  const session = sessions.list().find(({ info }) => info.id === id)
  if (session !== undefined) return session
  throw new RequestError(404, `Cannot find session ${id}: nobody who is connected has it`)
}

/** By the time at which they began: who comes while pages are read is on the last one. */
function keyOf({ info: { since, id } }: Session): string {
  return `${String(Math.round(since)).padStart(15, '0')} ${id}`
}

function viewOf({ info, role, stream, bytes, activeAt }: Session, moment: Moment): SessionView {
  const { id, protocol, peer: remote, since, user = null } = info
  const lastActivityAt = activeAt === undefined ? null : rfc3339(moment.wall - (moment.now - activeAt))
  return { id, protocol, stream, role, remote, user, startedAt: rfc3339(since), lastActivityAt, bytes }
}
