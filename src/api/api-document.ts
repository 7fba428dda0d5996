import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import { type ApiRole, usualRole } from '../core/api-role.ts'
import { answers } from './answers.ts'

/** Scripts and styles are this server's own; the page sets styles of single elements, and draws with small images. */
const pagePolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

const about =
  'Everything that the console shows and does. Errors are problem JSON (RFC 9457). Names of streams have slashes, which ' +
  'may be written as they are, unless a name ends as one of these paths does.'

const tags = ['Streams', 'Sessions', 'Recordings', 'DVR', 'Relays', 'Hooks', 'Events', 'Server', 'Document'].map(
  name => ({
    name,
  }),
)

/**
 * The same routes, described: an OpenAPI document that is made of their schemas, and a page that shows it and tries them.
 *
 * @see OpenAPI 3.1.1
 */
export function describedRoutes(version: string, routes: HttpRoutes): HttpRoutes {
  return async app => {
    await app.register(swagger, {
      transform: ({ schema, url, route }) => ({ schema: { ...schema, 'x-role': roleOf(route) }, url }),
      openapi: {
        openapi: '3.1.0',
        info: { title: 'Sluice', version, description: about },
        tags,
        components: {
          securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
        },
        // The last one is nothing: this machine, and whomever rules let in, need none.
        security: [{ bearer: [] }, { basic: [] }, {}],
      },
    })
    await routes(app)
    addDocument(app)
    await app.register(swaggerUi, {
      routePrefix: '/api/docs',
      staticCSP: pagePolicy,
      theme: { title: 'Sluice API' },
      uiConfig: { docExpansion: 'list', deepLinking: true },
    })
  }
}

type DescribedRoute = { readonly method: string | readonly string[]; readonly config?: { readonly role?: ApiRole } }

/** As what somebody must be allowed to use a route. */
function roleOf({ method, config }: DescribedRoute): ApiRole {
  return config?.role ?? usualRole([method].flat()[0] ?? '')
}

const documentSchema = Type.Object({}, { additionalProperties: true, description: 'OpenAPI 3.1' })

function addDocument(app: FastifyInstance): void {
  const documentTags = ['Document']
  const json = {
    operationId: 'readOpenApi',
    summary: 'This document',
    tags: documentTags,
    response: answers({ 200: documentSchema }),
  }
  // It is plain JSON already.
  const asItIs = { serializerCompiler: () => JSON.stringify }
  app.get('/api/v1/openapi.json', { schema: json, ...asItIs }, () => app.swagger())
  const yaml = {
    operationId: 'readOpenApiYaml',
    summary: 'This document as YAML',
    tags: documentTags,
    produces: ['application/yaml'],
    response: answers({ 200: Type.String({ description: 'OpenAPI 3.1' }) }),
  }
  app.get('/api/v1/openapi.yaml', { schema: yaml, serializerCompiler: () => String }, (_request, reply) =>
    reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })),
  )
}
