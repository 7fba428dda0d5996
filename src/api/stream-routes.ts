import type { FastifyInstance } from 'fastify'
import { parseBoolean } from '../config/boolean.ts'
import type { Clock } from '../contracts/clock.ts'
import type { DeclaredStream, DeclaredStreams } from '../contracts/declared-streams.ts'
import type { Relays } from '../contracts/relays.ts'
import { RequestError } from '../core/errors.ts'
import type { StreamRegistry } from '../hub/stream-registry.ts'
import { answers } from './answers.ts'
import { linkNext, pageOf } from './page.ts'
import { relaysOf } from './relay-routes.ts'
import { checkedName } from './stream-name.ts'
import { streamParams as params, type StreamParams } from './stream-params.ts'
import {
  type StreamDetail,
  type StreamItem,
  type StreamQuery,
  type StreamState,
  type StreamWords,
  streamDetailSchema,
  streamPageSchema,
  streamQuerySchema,
} from './stream-schema.ts'
import {
  type Moment,
  momentOf,
  offlineDetail,
  offlineStatus,
  type StreamSources,
  streamDetail,
  streamStatus,
} from './stream-status.ts'

export type StreamRoutesOptions = StreamSources & {
  readonly registry: StreamRegistry
  readonly declared: DeclaredStreams
  readonly relays: Relays
  readonly clock: Clock
}

/** A stream of the list, before anybody has asked how it is. */
type Listed = { readonly name: string; readonly declared: DeclaredStream | undefined }

const tags = ['Streams']

/** What streams do now, whoever has declared them. */
export function streamRoutes(app: FastifyInstance, options: StreamRoutesOptions): void {
  listStreams(app, options)
  readStatus(app, options)
}

function listStreams(app: FastifyInstance, options: StreamRoutesOptions): void {
  const summary = 'Streams that are live, that wait for their publisher, or that were declared, by name'
  const response = answers({ 200: streamPageSchema })
  const schema = { operationId: 'listStreams', summary, tags, querystring: streamQuerySchema, response }
  app.get<{ Querystring: StreamQuery }>('/api/v1/streams', { schema }, (request, reply) => {
    const wanted = allStreams(options).filter(listed => isWanted(listed, request.query, options.registry))
    const page = pageOf(wanted, ({ name }) => name, request.query)
    linkNext(request, reply, page)
    const moment = momentOf(options.clock)
    return { items: page.items.map(listed => itemOf(listed, options, moment)), next: page.next }
  })
}

function readStatus(app: FastifyInstance, options: StreamRoutesOptions): void {
  const summary = 'What a stream does now, and who reads it'
  const response = answers({ 200: streamDetailSchema }, 404)
  const schema = { operationId: 'readStreamStatus', summary, tags, params, response }
  app.get<StreamParams>('/api/v1/streams/:stream/status', { schema }, ({ params: { stream } }) =>
    statusOf(checkedName(stream), options),
  )
}

/** @throws {RequestError} If there is no such stream. */
function statusOf(name: string, options: StreamRoutesOptions): StreamDetail {
  const stream = options.registry.get(name)
  const declared = options.declared.get(name)
  const said = { ...wordsOf({ declared }), outputsOff: switchedOff(declared?.document['outputs']) }
  if (stream !== undefined) {
    const detail = streamDetail(stream, options, relaysOf(options.relays, name), momentOf(options.clock))
    return { ...detail, ...said }
  }
  if (declared !== undefined) return { ...offlineDetail(name, options), ...said }
  throw new RequestError(404, `Cannot read stream ${name}: nobody publishes it`)
}

/** Names of the outputs that a document switches off. It was written by people, so it may be anything. */
function switchedOff(outputs: unknown): string[] {
  const entries = typeof outputs === 'object' && outputs !== null ? Object.entries(outputs) : []
  return entries.filter(([, isOn]) => parseBoolean(String(isOn)) === false).map(([name]) => name)
}

function allStreams({ registry, declared }: StreamRoutesOptions): readonly Listed[] {
  const offered = declared.list().map((stream): Listed => ({ name: stream.name, declared: stream }))
  const present = [...registry.streams].filter(({ name }) => declared.get(name) === undefined)
  return [...offered, ...present.map(({ name }) => ({ name, declared: undefined }))]
}

function isWanted(listed: Listed, { state, tag, search }: StreamQuery, registry: StreamRegistry): boolean {
  const { title, tags: words } = wordsOf(listed)
  const texts = [listed.name, title ?? ''].map(text => text.toLowerCase())
  return (
    (state === undefined || stateOf(listed, registry) === state) &&
    (tag === undefined || words.includes(tag)) &&
    (search === undefined || texts.some(text => text.includes(search.toLowerCase())))
  )
}

function stateOf({ name }: Listed, registry: StreamRegistry): StreamState {
  const stream = registry.get(name)
  if (stream === undefined) return 'offline'
  return stream.publication === undefined ? 'waiting' : 'live'
}

function itemOf(listed: Listed, options: StreamRoutesOptions, moment: Moment): StreamItem {
  const stream = options.registry.get(listed.name)
  const status = stream === undefined ? offlineStatus(listed.name) : streamStatus(stream, options, moment)
  return { ...status, ...wordsOf(listed) }
}

/** What was declared for people. It was written by them, so it may be anything. */
function wordsOf({ declared }: Pick<Listed, 'declared'>): StreamWords {
  const { title, tags: words } = declared?.document ?? {}
  return {
    title: typeof title === 'string' && title !== '' ? title : null,
    tags: Array.isArray(words) ? words.filter(word => typeof word === 'string') : [],
  }
}
