import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { stringify } from 'yaml'
import { isObject, joinPointer } from '../config/document.ts'
import type { JsonSchema } from '../config/document-schema.ts'
import type { DeclaredStreams } from '../contracts/declared-streams.ts'
import { DocumentError, type DocumentProblem } from '../core/errors.ts'
import { isStreamName } from '../hub/stream-name.ts'
import { answers, answersToBody } from './answers.ts'
import { readByItself } from './read-by-itself.ts'
import { answering } from './store-answer.ts'
import { yamlType } from './yaml-body.ts'

const tags = ['Streams']

const names = Type.Array(Type.String())
const changesSchema = Type.Object({
  created: names,
  changed: names,
  unchanged: Type.Array(Type.String(), { description: 'Declared already as it is said' }),
})

const querySchema = Type.Object(
  { dryRun: Type.Optional(Type.Enum(['true', 'false'], { description: 'true: only say what is wrong' })) },
  { additionalProperties: false },
)

type ImportQuery = { Querystring: Static<typeof querySchema> }

/** All that was declared as one document, as it stands in the configuration file, and the way back. */
export function batchRoutes(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  exportStreams(app, streams)
  importStreams(app, streams, document)
}

function exportStreams(app: FastifyInstance, streams: DeclaredStreams): void {
  const summary = 'All declared streams as YAML, secrets hidden, as the configuration file has them'
  const response = answers({ 200: Type.String({ description: 'streams: a map of names and what is declared' }) })
  const schema = { operationId: 'exportStreams', summary, tags, produces: [yamlType], response }
  app.get('/api/v1/streams.yaml', { schema, serializerCompiler: () => String }, (_request, reply) => {
    const all = Object.fromEntries(streams.list().map(({ name, document }) => [name, document]))
    return reply.type(`${yamlType}; charset=utf-8`).send(stringify({ streams: all }))
  })
}

function importStreams(app: FastifyInstance, streams: DeclaredStreams, document: JsonSchema): void {
  const summary = 'Declare many streams, YAML or JSON: all of them or none; those that are not named stay as they are'
  const map = Type.Object({ streams: Type.Unsafe<unknown>({ type: 'object', additionalProperties: document }) })
  const response = answersToBody({ 200: changesSchema }, 409, 412, 422)
  const documented = { body: map, consumes: [yamlType, 'application/json'], querystring: querySchema }
  const schema = { operationId: 'importStreams', summary, tags, ...documented, response }
  app.post<ImportQuery>('/api/v1/streams', { schema, ...readByItself }, async ({ body, query }) => {
    const documents = streamsOf(body)
    const problems = [...nameProblems(documents), ...streams.checkAll(documents)].map(inStreams)
    if (problems.length > 0)
      throw new DocumentError('Cannot declare these streams: not all of them are right', problems)
    if (query.dryRun === 'true') return { created: [], changed: [], unchanged: [] }
    const { created, changed, unchanged } = await answering(streams.putAll(documents))
    return { created: [...created], changed: [...changed], unchanged: [...unchanged] }
  })
}

/** @throws {DocumentError} If there are none in it. */
function streamsOf(body: unknown): ReadonlyMap<string, unknown> {
  const members = isObject(body) ? Object.keys(body) : []
  const streams = isObject(body) ? body['streams'] : undefined
  if (members.length === 1 && isObject(streams)) return new Map(Object.entries(streams))
  throw new DocumentError('Cannot declare these streams: there are none', [
    { pointer: '', detail: 'It must be an object with streams, a map of names and what is declared, and nothing else' },
  ])
}

function nameProblems(documents: ReadonlyMap<string, unknown>): readonly DocumentProblem[] {
  const wrong = [...documents.keys()].filter(name => !isStreamName(name))
  const detail = 'The name must be 1 to 8 segments of A-Z a-z 0-9 _ . ~ -'
  return wrong.map(name => ({ pointer: joinPointer('', name), detail }))
}

function inStreams({ pointer, detail }: DocumentProblem): DocumentProblem {
  return { pointer: `/streams${pointer}`, detail }
}
