import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'vitest'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import { parseNetwork } from '../../config/network.ts'
import type { AccessRequest, Authorizer } from '../../contracts/access.ts'
import { guardedRoutes } from './guarded-routes.ts'

const header = 'PROXY TCP6 2001:db8::7 2001:db8::1 4711 80\r\n'
const trustedProxies = [parseNetwork('127.0.0.1') ?? assert.fail()]

class AskedAuthorizer implements Authorizer {
  readonly asked: AccessRequest[] = []

  authorize(request: AccessRequest) {
    this.asked.push(request)
    return Promise.resolve({ isAllowed: true } as const)
  }
}

function getting(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
}

test('http: behind a proxy the client is the one that its header names, for all requests of the connection', async () => {
  const authorizer = new AskedAuthorizer()
  const routes = [guardedRoutes('api', authorizer, app => void app.get('/api', () => ({})))]
  const options = { config: { proxyProtocol: true }, authorizer, routes, trustedProxies }
  await using fixture = await HttpFixture.listen(options)
  const client = await fixture.send(header + getting('/api'))
  assert.equal((await client.answer()).status, 200)
  client.send(getting('/live/test.flv'))
  await client.until(() => client.received.includes('404'))
  const addresses = authorizer.asked.map(({ action, address, port }) => [action, address, port])
  assert.deepEqual(addresses, [
    ['api', '2001:db8::7', 4711],
    ['play', '2001:db8::7', 4711],
  ])
  assert.deepEqual(
    fixture.log.lines.map(({ code, fields }) => [code, fields['peer']]),
    [['HTTP_PLAY_REFUSED', '2001:db8::7:4711']],
  )
})

test('http: a header and the request behind it may come byte by byte', async () => {
  await using fixture = await HttpFixture.listen({ config: { proxyProtocol: true }, trustedProxies })
  const client = await fixture.send('')
  for (const byte of Buffer.from(header + getting('/healthz'))) {
    client.send(Buffer.of(byte))
    await new Promise(setImmediate)
  }
  assert.equal((await client.answer()).status, 200)
})

test('http: a request without a header is closed unanswered, with one line of the log', async () => {
  await using fixture = await HttpFixture.listen({ config: { proxyProtocol: true }, trustedProxies })
  const client = await fixture.send(getting('/healthz'))
  await client.closed()
  assert.equal(client.byteCount, 0)
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['PROXY_HEADER_REFUSED'],
  )
  assert.equal(fixture.server.listeners.http.counters.faults.malformed, 1)
})

test('https: behind a proxy the client is the one that its header names, over HTTP/2 too', async () => {
  const authorizer = new AskedAuthorizer()
  const routes = [guardedRoutes('api', authorizer, app => void app.get('/api', () => ({})))]
  await using fixture = new HttpFixture({ tls: { proxyProtocol: true }, authorizer, routes, trustedProxies })
  await fixture.listenTls()
  const proxy = connect(fixture.tlsPort, '127.0.0.1')
  proxy.write(header)
  await using client = await Http2Client.over(proxy)
  assert.equal((await client.get('/api')).status, 200)
  assert.equal((await client.get('/live/test.flv')).status, 404)
  const addresses = authorizer.asked.map(({ action, address, port }) => [action, address, port])
  assert.deepEqual(addresses, [
    ['api', '2001:db8::7', 4711],
    ['play', '2001:db8::7', 4711],
  ])
})
