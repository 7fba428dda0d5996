import type { FastifyInstance } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { DvrLibrary } from '../contracts/dvr.ts'
import type { Hooks } from '../contracts/hooks.ts'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { Reconnects } from '../contracts/reconnects.ts'
import type { Relays } from '../contracts/relays.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import type { Stream } from '../hub/stream.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { dvrRoutes } from './dvr-routes.ts'
import { hookRoutes } from './hook-routes.ts'
import { problemSchema } from './problem-schema.ts'
import { reconnectRoutes } from './reconnect-routes.ts'
import { recordingRoutes } from './recording-routes.ts'
import { relayRoutes, relaysOf } from './relay-routes.ts'
import { type ServerStatus, serverSchema } from './server-schema.ts'
import { checkedName } from './stream-actions.ts'
import { streamDetailSchema, streamListSchema } from './stream-schema.ts'
import { type Moment, rfc3339, type StreamSources, streamDetail, streamStatus, wholeSeconds } from './stream-status.ts'

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
  readonly reconnects: Reconnects
  readonly relays: Relays
  readonly hooks: Hooks
  readonly dvr: DvrLibrary
  readonly clock: Clock
  readonly server: ServerFacts
}

/** The routes below `/api/v1`. */
export function apiRoutes(options: ApiOptions): HttpRoutes {
  return app => {
    listStreams(app, options)
    readStream(app, options)
    readServer(app, options)
    recordingRoutes(app, options.recordings)
    dvrRoutes(app, options.dvr)
    reconnectRoutes(app, options.reconnects)
    relayRoutes(app, options.relays)
    hookRoutes(app, options.hooks)
  }
}

function listStreams(app: FastifyInstance, options: ApiOptions): void {
  const schema = { summary: 'Streams that are live or wait for their publisher', response: { 200: streamListSchema } }
  app.get('/api/v1/streams', { schema }, () => {
    const moment = momentOf(options.clock)
    const streams = [...options.registry.streams].sort((a, b) => (a.name < b.name ? -1 : 1))
    return { items: streams.map(stream => streamStatus(stream, options, moment)) }
  })
}

function readStream(app: FastifyInstance, options: ApiOptions): void {
  const schema = { summary: 'One stream and its readers', response: { 200: streamDetailSchema, 404: problemSchema } }
  app.get<{ Params: { '*': string } }>('/api/v1/streams/*', { schema }, request => {
    const stream = findStream(options.registry, request.params['*'])
    return streamDetail(stream, options, relaysOf(options.relays, stream.name), momentOf(options.clock))
  })
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

/** @throws {RequestError} If there is no such stream. */
function findStream(registry: StreamRegistry, name: string): Stream {
  const stream = registry.get(checkedName(name))
  if (stream === undefined) throw new RequestError(404, `Cannot read stream ${name}: nobody publishes it`)
  return stream
}

function momentOf(clock: Clock): Moment {
  return { now: clock.now(), wall: clock.wall() }
}
