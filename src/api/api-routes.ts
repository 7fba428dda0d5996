import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { DeclaredStreams } from '../contracts/declared-streams.ts'
import type { DvrLibrary } from '../contracts/dvr.ts'
import type { EventFeeds } from '../contracts/event-feeds.ts'
import type { Hooks } from '../contracts/hooks.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Reconnects } from '../contracts/reconnects.ts'
import type { Relays } from '../contracts/relays.ts'
import type { Sessions } from '../contracts/sessions.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { declaredStreamRoutes, sendDeclared } from './declared-stream-routes.ts'
import { declaredStreamSchema } from './declared-stream-schema.ts'
import { dvrRoutes } from './dvr-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { hookRoutes } from './hook-routes.ts'
import { problemSchema } from './problem-schema.ts'
import { reconnectRoutes } from './reconnect-routes.ts'
import { recordingRoutes } from './recording-routes.ts'
import { relayRoutes, relaysOf } from './relay-routes.ts'
import { type ServerStatus, serverSchema } from './server-schema.ts'
import { sessionRoutes } from './session-routes.ts'
import { checkedName } from './stream-actions.ts'
import { type StreamDetail, streamDetailSchema, streamListSchema } from './stream-schema.ts'
import {
  momentOf,
  offlineDetail,
  offlineStatus,
  rfc3339,
  type StreamSources,
  streamDetail,
  streamStatus,
  wholeSeconds,
} from './stream-status.ts'

/** What the server knows about itself. */
export type ServerFacts = {
  readonly version: string
  /** Wall-clock time. */
  readonly startedAt: Milliseconds
  /** The bound ports, `null` where a listener is off. Asked with each request, as port 0 is known late. */
  readonly ports: () => ServerStatus['ports']
  readonly config: ConfigState
}

export type ApiOptions = StreamSources & {
  readonly registry: StreamRegistry
  readonly declared: DeclaredStreams
  readonly reconnects: Reconnects
  readonly relays: Relays
  readonly hooks: Hooks
  readonly feeds: EventFeeds
  readonly dvr: DvrLibrary
  readonly sessions: Sessions
  readonly clock: Clock
  readonly server: ServerFacts
}

/** The routes below `/api/v1`. */
export function apiRoutes(options: ApiOptions): HttpRoutes {
  return app => {
    listStreams(app, options)
    readStream(app, options)
    declaredStreamRoutes(app, options.declared)
    readServer(app, options)
    sessionRoutes(app, options.sessions, options.clock)
    recordingRoutes(app, options.recordings)
    dvrRoutes(app, options.dvr)
    reconnectRoutes(app, options.reconnects)
    relayRoutes(app, options.relays)
    hookRoutes(app, options.hooks)
    eventRoutes(app, options.feeds)
  }
}

function listStreams(app: FastifyInstance, options: ApiOptions): void {
  const summary = 'Streams that are live, that wait for their publisher, or that were declared'
  const schema = { summary, response: { 200: streamListSchema } }
  app.get('/api/v1/streams', { schema }, () => {
    const { registry, declared } = options
    const moment = momentOf(options.clock)
    const offline = declared.list().filter(({ name }) => registry.get(name) === undefined)
    const present = [...registry.streams].map(stream => streamStatus(stream, options, moment))
    const items = [...present, ...offline.map(({ name }) => offlineStatus(name))]
    return { items: items.sort((a, b) => (a.name < b.name ? -1 : 1)) }
  })
}

/** A name may end as the path of a status does; then its slashes have to be written as %2F. */
const statusPath = '/status'

function readStream(app: FastifyInstance, sources: ApiOptions): void {
  const summary = 'A stream as it was declared; below /status, what it does now and who reads it'
  const response = { 200: Type.Union([streamDetailSchema, declaredStreamSchema]), 404: problemSchema }
  // Of the two, each answer is one: it is written as it is.
  const options = { schema: { summary, response }, serializerCompiler: () => JSON.stringify }
  app.get<{ Params: { '*': string } }>('/api/v1/streams/*', options, (request, reply) => {
    const path = request.params['*']
    const [rawPath = ''] = request.url.split('?', 1)
    if (rawPath.endsWith(statusPath)) return streamStatusOf(path.slice(0, -statusPath.length), sources)
    const declared = sources.declared.get(checkedName(path))
    if (declared !== undefined) return sendDeclared(reply, declared)
    throw new RequestError(404, `Cannot read stream ${path}: nobody has declared it; what it does is at …${statusPath}`)
  })
}

/** @throws {RequestError} If there is no such stream. */
function streamStatusOf(name: string, options: ApiOptions): StreamDetail {
  const stream = options.registry.get(checkedName(name))
  if (stream !== undefined) {
    return streamDetail(stream, options, relaysOf(options.relays, name), momentOf(options.clock))
  }
  if (options.declared.get(name) !== undefined) return offlineDetail(name, options)
  throw new RequestError(404, `Cannot read stream ${name}: nobody publishes it`)
}

function readServer(app: FastifyInstance, { server, clock }: ApiOptions): void {
  const schema = { summary: 'This server', response: { 200: serverSchema } }
  app.get('/api/v1/server', { schema }, () => ({
    name: 'sluice',
    version: server.version,
    startedAt: rfc3339(server.startedAt),
    uptimeSeconds: wholeSeconds(clock.wall() - server.startedAt),
    ports: server.ports(),
    node: process.versions.node,
    config: configStatus(server.config),
  }))
}

function configStatus({ reloads, failures, lastReload, problem, needsRestart }: ConfigState): ServerStatus['config'] {
  const lastReloadAt = lastReload === undefined ? null : rfc3339(lastReload)
  return { reloads, failures, lastReloadAt, problem: problem ?? null, needsRestart: [...needsRestart] }
}
