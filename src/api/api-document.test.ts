import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/schema'
import { test } from 'vitest'
import { parse } from 'yaml'
import { bareApi } from '../../test/support/api-fixture.ts'
import { apiOptions } from '../../test/support/api-options.ts'
import { apiRoutes } from './api-routes.ts'

type Schema = Readonly<Record<string, unknown>>
type Content = Readonly<Record<string, { readonly schema: Schema }>>
type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: Schema }
type Operation = {
  readonly operationId?: string
  readonly summary?: string
  readonly 'x-role'?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}
type Document = {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string }
  readonly tags: readonly { readonly name: string }[]
  readonly security: readonly object[]
  readonly components: { readonly securitySchemes: object }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The API, the routes that it has registered, and what it says of them. */
async function described() {
  const app = bareApi()
  const routes = new Set<string>()
  app.addHook('onRoute', ({ method, url }) => {
    if (method !== 'HEAD' && url.startsWith('/api/v1')) routes.add(`${String(method).toLowerCase()} ${url}`)
  })
  await app.register(async scope => apiRoutes(apiOptions())(scope))
  const document: Document = (await app.inject('/api/v1/openapi.json')).json()
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, path, operation })),
  )
  return { app, routes, document, operations }
}

/** Fastify has its parameters behind colons, OpenAPI in braces. */
function asTemplate(route: string): string {
  return route.replaceAll(/:(\w+)/g, '{$1}')
}

test('api document: it is of OpenAPI 3.1, and has every route of the API', async () => {
  const { routes, document, operations } = await described()
  assert.match(document.openapi, /^3\.1\.\d+$/)
  assert.deepEqual([document.info.title, document.info.version], ['Sluice', '1.2.3'])
  assert.deepEqual(operations.map(({ route }) => route).sort(), [...routes].map(asTemplate).sort())
  assert.ok(routes.size > 15)
})

test('api document: every operation is named, sorted, and says all that it may answer', async () => {
  const { document, operations } = await described()
  const names = new Set(document.tags.map(({ name }) => name))
  const ids = operations.map(({ operation }) => operation.operationId)
  assert.equal(new Set(ids).size, ids.length)
  for (const { route, path, operation } of operations) {
    const { operationId, summary, tags = [], parameters = [], responses } = operation
    assert.match(operationId ?? '', /^[a-z][A-Za-z]+$/, route)
    assert.ok(summary, route)
    assert.ok(tags.length === 1 && tags.every(tag => names.has(tag)), route)
    const inPath = parameters.filter(parameter => parameter.in === 'path')
    assert.deepEqual(
      inPath.map(({ name, required }) => [name, required]),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, true]),
      route,
    )
    assert.ok(
      Object.keys(responses).some(status => /^2\d\d$/.test(status)),
      route,
    )
    assert.equal(operation['x-role'], roleOf(route), route)
    for (const status of ['401', '403', '429', '503']) {
      assert.deepEqual(
        Object.keys(responses[status]?.content ?? {}),
        ['application/problem+json'],
        `${route} ${status}`,
      )
    }
    for (const { description } of Object.values(responses)) assert.notEqual(description, 'Default Response', route)
  }
})

function roleOf(route: string): string {
  if (route.includes(' /api/v1/config')) return 'admin'
  if (route.startsWith('get ')) return 'viewer'
  return route.endsWith(' /api/v1/hooks/{name}') ? 'admin' : 'operator'
}

/** @see OpenAPI 3.1 §4.8.24: schemas are those of JSON Schema 2020-12 */
test('api document: every schema is one', async () => {
  const { operations } = await described()
  for (const { route, operation } of operations) {
    const contents = [operation.requestBody, ...Object.values(operation.responses)].map(part => part?.content ?? {})
    const schemas = contents.flatMap(content => Object.values(content).map(({ schema }) => schema))
    for (const schema of [...schemas, ...(operation.parameters ?? []).map(parameter => parameter.schema)]) {
      assert.doesNotThrow(() => Compile(schema), route)
    }
  }
})

test('api document: YAML says the same as JSON', async () => {
  const { app, document } = await described()
  const { body, headers } = await app.inject('/api/v1/openapi.yaml')
  assert.match(String(headers['content-type']), /^application\/yaml/)
  assert.deepEqual(parse(body), document)
})

test('api document: its page needs nothing from elsewhere, and runs no scripts but its own', async () => {
  const { app } = await described()
  const page = await app.inject('/api/docs')
  assert.equal(page.statusCode, 200)
  assert.match(String(page.headers['content-security-policy']), /^default-src 'self'; /)
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
  assert.ok(links.length > 3)
  for (const url of links) assert.equal((await app.inject(url)).statusCode, 200, url)
  assert.ok(!/<script>|onload=/.test(page.body))
})

test('api document: docs/api.md names every path', async () => {
  const { operations } = await described()
  const page = readFileSync(join(import.meta.dirname, '../../docs/api.md'), 'utf8')
  for (const { path } of operations) assert.ok(page.includes(`\`${path}\``), path)
})
