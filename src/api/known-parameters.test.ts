import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ApiFixture } from '../../test/support/api-fixture.ts'
import { apiOptions } from '../../test/support/api-options.ts'
import { declaredInMemory } from '../../test/support/declared-in-memory.ts'
import { apiRoutes } from './api-routes.ts'

test('known parameters: one that a route does not know is refused by its name, and nothing is done', async () => {
  const { store, declared } = declaredInMemory()
  const api = new ApiFixture(apiRoutes(apiOptions({ declared })))
  const requests = [
    ['PUT', '/api/v1/streams/test?dryRun=true', {}],
    ['POST', '/api/v1/streams?dryRun=true&dry=1', { streams: { a: {} } }],
    ['GET', '/api/v1/streams?stat=live', undefined],
    ['GET', '/api/v1/server?x=1', undefined],
    ['GET', '/api/v1/openapi.json?x=1', undefined],
    ['DELETE', '/api/v1/sessions?streams=live/**', undefined],
  ] as const
  for (const [method, url, body] of requests) {
    const answer = await api.ask(method, url, body)
    assert.equal(answer.status, 400, url)
    assert.match(
      JSON.stringify(answer.body),
      /Cannot read the request: querystring has no (dryRun|dry|stat|x|streams)"/,
    )
  }
  assert.equal(store.documents.size, 0)
  assert.equal((await api.get('/api/v1/server')).status, 200)
})
