import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { ConfigView } from '../contracts/config-view.ts'
import { answers, answersToBody } from './answers.ts'
import { yamlType, yamlTypes } from './yaml-body.ts'

const tags = ['Server']

const settingSchema = Type.Object({
  key: Type.String({ description: 'As in the file', examples: ['rtmp.listen'] }),
  value: Type.Union([Type.String(), Type.Array(Type.String())], { description: 'As it was written, secrets hidden' }),
  origin: Type.Enum(['default', 'file', 'environment', 'flag'], { description: 'Where it comes from' }),
  source: Type.Union([Type.String(), Type.Null()], { description: 'Line of the file, variable or flag' }),
  effect: Type.Enum(['now', 'next', 'restart'], {
    description: 'When a change takes effect: on what runs, on what begins from then on, or after a restart',
  }),
})

const configSchema = Type.Object({
  file: Type.Union([Type.String(), Type.Null()], { description: 'The file that was read; null if there was none' }),
  settings: Type.Array(settingSchema),
})

const verdictSchema = Type.Object({
  valid: Type.Boolean(),
  problems: Type.Array(Type.Object({ key: Type.String(), detail: Type.String() }), {
    description: 'Everything that is wrong, with its line',
  }),
})

/** The configuration, and a way to try another one. Only who may change the server sees how it is set up. */
export function configRoutes(app: FastifyInstance, view: ConfigView): void {
  const summary = 'The configuration in force, where each value comes from, and when a change takes effect'
  const response = answers({ 200: configSchema })
  const schema = { operationId: 'readConfig', summary, tags, response }
  app.get('/api/v1/config', { schema, config: { role: 'admin' } }, () => ({
    file: view.file ?? null,
    settings: view.settings().map(({ source = null, ...setting }) => ({ ...setting, source })),
  }))
  void app.register(async scope => validateConfig(scope, view))
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
