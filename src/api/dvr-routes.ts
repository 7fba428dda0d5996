import type { FastifyInstance } from 'fastify'
import type { DvrLibrary, DvrStatus } from '../contracts/dvr.ts'
import type { TimeSpan } from '../contracts/segments.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { type DvrStatusAnswer, dvrDetailSchema, dvrListSchema } from './dvr-schema.ts'
import { problemSchema } from './problem-schema.ts'
import { checkedName } from './stream-actions.ts'
import { rfc3339 } from './stream-status.ts'

type Params = { Params: { '*': string } }

const path = '/api/v1/recordings/dvr'

/** What is kept of streams to be rewound. */
export function dvrRoutes(app: FastifyInstance, library: DvrLibrary): void {
  const listed = { summary: 'Streams that can be rewound', response: { 200: dvrListSchema } }
  app.get(path, { schema: listed }, () => ({ items: library.list().map(dvrStatus) }))
  const errors = { 400: problemSchema, 404: problemSchema, 503: problemSchema }
  const read = { summary: 'What is kept of a stream', response: { 200: dvrDetailSchema, ...errors } }
  app.get<Params>(`${path}/*`, { schema: read }, async request => {
    const name = checkedName(request.params['*'])
    const detail = await library.read(name)
    if (detail === undefined) throw nothingKept(name)
    const [ranges, gaps, archived] = [detail.ranges, detail.gaps, detail.archived].map(spans => spans.map(spanOf))
    return { ...dvrStatus(detail), ranges, gaps, archived, discontinuities: detail.discontinuities.map(rfc3339) }
  })
  const removed = { summary: 'Remove what is kept of a stream, or what ends before a time', response: errors }
  app.delete<Params & { Querystring: { before?: string } }>(
    `${path}/*`,
    { schema: removed },
    async (request, reply) => {
      const name = checkedName(request.params['*'])
      if (!(await library.remove(name, timeOf(request.query.before)))) throw nothingKept(name)
      return reply.code(204).send()
    },
  )
}

function timeOf(text: string | undefined): Milliseconds | undefined {
  if (text === undefined) return undefined
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(time)) return time
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
