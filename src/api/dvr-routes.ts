import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { DvrLibrary, DvrStatus } from '../contracts/dvr.ts'
import type { TimeSpan } from '../contracts/segments.ts'
import { parseDateTime } from '../core/date-time.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { answers, nothing } from './answers.ts'
import { type DvrStatusAnswer, dvrDetailSchema, dvrPageSchema } from './dvr-schema.ts'
import { type StreamListRequest, streamListQuery, streamPage } from './stream-list.ts'
import { checkedName } from './stream-name.ts'
import { type StreamParams, streamParams } from './stream-params.ts'
import { rfc3339 } from './stream-status.ts'

const path = '/api/v1/recordings/dvr'
const tags = ['DVR']

const removalQuery = Type.Object(
  { before: Type.Optional(Type.String({ maxLength: 100, description: 'Only what ends before this time (RFC 3339)' })) },
  { additionalProperties: false },
)

/** What is kept of streams to be rewound. */
export function dvrRoutes(app: FastifyInstance, library: DvrLibrary): void {
  const summary = 'Streams that can be rewound'
  const response = answers({ 200: dvrPageSchema })
  const schema = { operationId: 'listDvr', summary, tags, querystring: streamListQuery, response }
  app.get<StreamListRequest>(path, { schema }, (request, reply) => {
    const { items, next } = streamPage(library.list(), request, reply)
    return { items: items.map(dvrStatus), next }
  })
  readDvr(app, library)
  removeDvr(app, library)
}

function readDvr(app: FastifyInstance, library: DvrLibrary): void {
  const summary = 'What is kept of a stream'
  const response = answers({ 200: dvrDetailSchema }, 404)
  const schema = { operationId: 'readDvr', summary, tags, params: streamParams, response }
  app.get<StreamParams>(`${path}/:stream`, { schema }, async ({ params: { stream } }) => {
    const name = checkedName(stream)
    const detail = await library.read(name)
    if (detail === undefined) throw nothingKept(name)
    const [ranges, gaps, archived] = [detail.ranges, detail.gaps, detail.archived].map(spans => spans.map(spanOf))
    return { ...dvrStatus(detail), ranges, gaps, archived, discontinuities: detail.discontinuities.map(rfc3339) }
  })
}

function removeDvr(app: FastifyInstance, library: DvrLibrary): void {
  const summary = 'Remove what is kept of a stream, or what ends before a time'
  const response = answers({ 204: nothing }, 404)
  const schema = { operationId: 'removeDvr', summary, tags, params: streamParams, querystring: removalQuery, response }
  app.delete<StreamParams & { Querystring: { before?: string } }>(
    `${path}/:stream`,
    { schema },
    async ({ params: { stream }, query: { before } }, reply) => {
      const name = checkedName(stream)
      if (!(await library.remove(name, timeOf(before)))) throw nothingKept(name)
      return reply.code(204).send()
    },
  )
}

function timeOf(text: string | undefined): Milliseconds | undefined {
  if (text === undefined) return undefined
  const time = parseDateTime(text)
  if (time !== undefined) return time
  throw new RequestError(400, 'Cannot remove segments: before must be a time such as 2026-11-21T09:30:00Z')
}

function dvrStatus({ stream, isGrowing: active, span, segments, bytes, archive }: DvrStatus): DvrStatusAnswer {
  const times = span === undefined ? { from: null, to: null } : spanOf(span)
  const told = archive && { ...archive, hoursToRestore: archive.hoursToRestore ?? null }
  return { stream, active, ...times, segments, bytes, archive: told ?? null }
}

function spanOf({ from, to }: TimeSpan): { from: string; to: string } {
  return { from: rfc3339(from), to: rfc3339(to) }
}

function nothingKept(name: string): RequestError {
  return new RequestError(404, `Cannot read the DVR of ${name}: nothing is kept of it`)
}
