import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import type { ConfigView } from '../contracts/config-view.ts'
import { answers, answersToBody } from './answers.ts'
import { patchType, readMergePatches } from './merge-patch-body.ts'
import { nullable } from './nullable.ts'
import { changeHeaders, entityTag, presentExpectationOf } from './preconditions.ts'
import { readByItself } from './read-by-itself.ts'
import { yamlType, yamlTypes } from './yaml-body.ts'

const tags = ['Server']

const settingSchema = Type.Object({
  key: Type.String({ description: 'As in the file', examples: ['rtmp.listen'] }),
  value: Type.Union([Type.String(), Type.Array(Type.String())], { description: 'As it was written, secrets hidden' }),
  origin: Type.Enum(['default', 'file', 'environment', 'flag'], { description: 'Where it comes from' }),
  source: nullable(Type.String(), { description: 'Line of the file, variable or flag' }),
  effect: Type.Enum(['now', 'next', 'restart'], {
    description: 'When a change takes effect: on what runs, on what begins from then on, or after a restart',
  }),
})

const configSchema = Type.Object({
  file: nullable(Type.String(), { description: 'The file that was read; null if there was none' }),
  settings: Type.Array(settingSchema),
})

const keys = Type.Array(Type.String())

const changedSchema = Type.Object({
  ...configSchema.properties,
  changed: Type.Object({
    now: keys,
    next: Type.Array(Type.String(), { description: 'For connections, streams or files that begin from now on' }),
  }),
  needsRestart: Type.Array(Type.String(), {
    description: 'Keys whose value takes effect after a restart, those of earlier changes among them',
  }),
})

const patchSchema = Type.Unsafe<unknown>({
  type: 'object',
  additionalProperties: true,
  description:
    'Sections and keys as in the file, such as { "play": { "maxLag": "5s" } }; null takes a key away, so that its default holds',
})

const patchHeaders = Type.Object({ 'if-match': changeHeaders.properties['if-match'] })

const verdictSchema = Type.Object({
  valid: Type.Boolean(),
  problems: Type.Array(Type.Object({ key: Type.String(), detail: Type.String() }), {
    description: 'Everything that is wrong, with its line',
  }),
})

/** The configuration, a way to change it, and one to try another. Only who may change the server sees how it is set up. */
export function configRoutes(app: FastifyInstance, view: ConfigView): void {
  readMergePatches(app)
  readConfig(app, view)
  patchConfig(app, view)
  void app.register(async scope => validateConfig(scope, view))
}

function readConfig(app: FastifyInstance, view: ConfigView): void {
  const summary = 'The configuration in force, where each value comes from, and when a change takes effect'
  const response = answers({ 200: configSchema })
  const schema = { operationId: 'readConfig', summary, tags, response }
  app.get('/api/v1/config', { schema, config: { role: 'admin' } }, (_request, reply) =>
    reply.header('ETag', entityTag(view.revision)).send(shown(view)),
  )
}

function patchConfig(app: FastifyInstance, view: ConfigView): void {
  const summary = 'Change the configuration file, and put that in force'
  const response = answersToBody({ 200: changedSchema }, 409, 412, 422)
  const asked = { headers: patchHeaders, body: patchSchema, consumes: ['application/json', patchType] }
  const schema = { operationId: 'patchConfig', summary, tags, ...asked, response }
  app.patch('/api/v1/config', { schema, config: { role: 'admin' }, ...readByItself }, async (request, reply) => {
    const expected = presentExpectationOf(request)
    const { now, next, needsRestart } = await view.change(
      request.body,
      expected === 'anything' ? undefined : expected.revision,
    )
    const changed = { now: [...now], next: [...next] }
    reply.header('ETag', entityTag(view.revision))
    return { ...shown(view), changed, needsRestart: [...needsRestart] }
  })
}

function shown(view: ConfigView): Static<typeof configSchema> {
  const settings = view.settings().map(({ value, source = null, ...setting }) => {
    return { ...setting, value: typeof value === 'string' ? value : [...value], source }
  })
  return { file: view.file ?? null, settings }
}

function validateConfig(app: FastifyInstance, view: ConfigView): void {
  // As it is written, as what is wrong with it is told by its lines.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(yamlTypes, { parseAs: 'string' }, async (_request: unknown, body: string | Buffer) =>
    String(body),
  )
  const summary = 'Say what is wrong with a configuration file; nothing is put in force'
  const body = Type.String({ description: 'The text of a file such as sluice.yaml' })
  const response = answersToBody({ 200: verdictSchema })
  const schema = { operationId: 'validateConfig', summary, tags, consumes: [yamlType], body, response }
  app.post<{ Body: string }>('/api/v1/config/validate', { schema, config: { role: 'admin' } }, request => {
    const problems = [...view.check(request.body)]
    return { valid: problems.length === 0, problems }
  })
}
