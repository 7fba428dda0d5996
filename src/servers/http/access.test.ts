import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HeldAuthorizer } from '../../../test/support/held-authorizer.ts'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { videoFrame } from '../../../test/support/sample-frames.ts'
import type { AccessRequest, Authorizer, Refusal } from '../../contracts/access.ts'
import { guardedRoutes } from './guarded-routes.ts'

function refuse(refusal: Refusal): Authorizer & { readonly asked: AccessRequest[] } {
  const asked: AccessRequest[] = []
  return {
    asked,
    authorize: request => {
      asked.push(request)
      return Promise.resolve({ isAllowed: false, refusal, reason: 'because' })
    },
  }
}

for (const { refusal, status } of [
  { refusal: 'missing', status: 401 },
  { refusal: 'wrong', status: 401 },
  { refusal: 'forbidden', status: 403 },
  { refusal: 'blocked', status: 429 },
  { refusal: 'unavailable', status: 503 },
] as const) {
  test(`http access: ${refusal} is answered by ${status} before any byte of media`, async () => {
    await using fixture = await HttpFixture.listen({ authorizer: refuse(refusal) })
    fixture.publish('live/test')
    const url = `http://127.0.0.1:${fixture.port}/live/test.flv?token=hunter2`
    const response = await fetch(url, { headers: { authorization: 'Basic ZXZhOmh1bnRlcjM=' } })
    const challenge = response.headers.get('www-authenticate')
    const asks = 'Basic realm="Sluice", charset="UTF-8", Bearer realm="Sluice"'
    assert.deepEqual([response.status, challenge], [status, status === 401 ? asks : null])
    assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    const { detail } = (await response.json()) as { detail: string }
    assert.equal(detail, 'Cannot play live/test: because')
    assert.equal(fixture.eventsOf('play.refused').length, 1)
    assert.equal(fixture.eventsOf('play.started').length, 0)
  })
}

test('http access: a WebSocket is refused before its handshake', async () => {
  await using fixture = await HttpFixture.listen({ authorizer: refuse('wrong') })
  fixture.publish('live/test')
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  const client = await fixture.get('/live/test.flv', ...upgrade, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')
  assert.match(await client.head(), /^HTTP\/1.1 401 Unauthorized/)
})

test('http access: a viewer that leaves ends the question', async () => {
  const authorizer = new HeldAuthorizer()
  await using fixture = await HttpFixture.listen({ authorizer })
  const client = await fixture.get('/live/test.flv')
  await fixture.until(() => authorizer.asked.length === 1)
  client.destroy()
  await fixture.until(() => authorizer.asked[0]?.signal.aborted === true)
})

test('http access: a viewer that has left is not played to, whatever the answer is', async () => {
  const authorizer = new HeldAuthorizer()
  await using fixture = await HttpFixture.listen({ authorizer })
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  const client = await fixture.get('/live/test.flv')
  await fixture.until(() => authorizer.asked.length === 1)
  client.destroy()
  await fixture.until(() => authorizer.asked[0]?.signal.aborted === true)
  authorizer.decide({ isAllowed: true })
  // Answered behind it.
  await (await fixture.get('/healthz')).head()
  assert.equal(fixture.registry.get('live/test')?.subscribers.size, 0)
  assert.deepEqual(fixture.eventsOf('play.started'), [])
})

test('http access: guarded routes and only they ask for their action', async () => {
  const authorizer = refuse('missing')
  const routes = guardedRoutes('api', authorizer, app => void app.get('/api/v1/things', () => ({})))
  await using fixture = await HttpFixture.listen({ authorizer, routes: [routes] })
  const origin = `http://127.0.0.1:${fixture.port}`
  const refused = await fetch(`${origin}/api/v1/things?token=x`, { headers: { 'x-forwarded-for': '203.0.113.7' } })
  assert.equal(refused.status, 401)
  assert.equal(((await refused.json()) as { detail: string }).detail, 'Cannot use the API: because')
  const [{ action, stream, address, query } = assert.fail()] = authorizer.asked
  assert.deepEqual([action, stream, address, query], ['api', '', '203.0.113.7', 'token=x'])
  assert.equal((await fetch(`${origin}/healthz`)).status, 200)
  const preflight = { method: 'OPTIONS', headers: { origin: 'http://a', 'access-control-request-method': 'GET' } }
  assert.equal((await fetch(`${origin}/api/v1/things`, preflight)).status, 204)
  assert.equal(authorizer.asked.length, 1)
})

test('http access: routes see what a query says, without the credentials in it', async () => {
  const seen: unknown[] = []
  const everybody = { authorize: () => Promise.resolve({ isAllowed: true } as const) }
  const routes = guardedRoutes('api', everybody, app => {
    app.get('/api/v1/things', ({ query }) => ({ count: seen.push({ ...(query as object) }) }))
  })
  await using fixture = await HttpFixture.listen({ routes: [routes] })
  const url = `http://127.0.0.1:${fixture.port}/api/v1/things?token=a&stream=live/a&user=b&pass=c&password=d&jwt=e`
  assert.equal((await fetch(url)).status, 200)
  assert.deepEqual(seen, [{ stream: 'live/a' }])
})
