import assert from 'node:assert/strict'
import { once } from 'node:events'
import { constants } from 'node:http2'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { test } from 'vitest'
import { HttpFixture, type HttpFixtureOptions } from '../../../test/support/http-fixture.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import { frame, frameType, requestFrame, setting } from '../../../test/support/http2-frames.ts'
import { RawHttp2Client } from '../../../test/support/raw-http2-client.ts'

async function listen(options: HttpFixtureOptions = {}): Promise<HttpFixture> {
  const fixture = new HttpFixture(options)
  await fixture.listenTls()
  return fixture
}

test('https: one connection of HTTP/2 carries many requests, and counts once', async () => {
  await using fixture = await listen()
  await using client = await Http2Client.connect(fixture.tlsPort)
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.get('/healthz')))
  assert.deepEqual(new Set(answers.map(answer => `${answer.status} ${answer.text}`)), new Set(['200 {"status":"ok"}']))
  const { counters, connectionCount } = fixture.server.listeners.https
  assert.deepEqual([counters.connections, connectionCount], [1, 1])
})

test('https: who does not know HTTP/2 is answered in HTTP/1.1, with its errors', async () => {
  await using fixture = await listen()
  const options = { port: fixture.tlsPort, host: '127.0.0.1', rejectUnauthorized: false, agent: false }
  const sent = request({ ...options, path: '/nothing' }).end()
  const [response] = await once(sent, 'response')
  assert.equal(response.httpVersion, '1.1')
  assert.equal(response.statusCode, 404)
  assert.match(await text(response), /there is no such page/)
})

test('https: what is not HTTP is told so, and a peer without TLS is one whose handshake failed', async () => {
  await using fixture = await listen()
  const agent = request({
    port: fixture.tlsPort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    agent: false,
    method: 'NO',
  })
  const [response] = await once(agent.end(), 'response')
  assert.equal(response.statusCode, 400)
  const plain = await fetch(`http://127.0.0.1:${fixture.tlsPort}/`).catch(() => undefined)
  assert.equal(plain, undefined)
  await fixture.until(() => fixture.log.lines.length === 2)
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['HTTP_PROTOCOL_ERROR', 'TLS_HANDSHAKE_FAILED'],
  )
  assert.equal(fixture.server.listeners.https.counters.faults.malformed, 2)
})

test('https: a page of the server itself may change something over HTTP/2, one of another site may not', async () => {
  const routes: HttpFixtureOptions['routes'] = [app => void app.post('/a', () => ({}))]
  await using fixture = await listen({ routes })
  await using client = await Http2Client.connect(fixture.tlsPort)
  const post = (origin: string) => client.get('/a', { ':method': 'POST', ':authority': 'tv.example', origin })
  assert.equal((await post('https://tv.example')).status, 200)
  assert.equal((await post('https://elsewhere.example')).status, 403)
})

test('https: a connection without requests is closed after a while, and a request during which nothing is sent is ended', async () => {
  const routes: HttpFixtureOptions['routes'] = [app => void app.get('/hangs', () => new Promise(() => undefined))]
  await using fixture = await listen({ routes, config: { keepAliveTimeout: 50, idleTimeout: 80 } })
  await using client = await Http2Client.connect(fixture.tlsPort)
  const hangs = client.request('/hangs')
  await once(hangs, 'close')
  assert.equal(hangs.rstCode, constants.NGHTTP2_CANCEL)
  assert.equal(client.session.closed, false)
  await once(client.session, 'close')
  await fixture.until(() => fixture.server.listeners.https.connectionCount === 0)
})

test('https: a connection that takes nothing any more is ended, whatever windows it has opened', async () => {
  const large = Buffer.alloc(64 << 20)
  const routes: HttpFixtureOptions['routes'] = [app => void app.get('/large', (_request, reply) => reply.send(large))]
  await using fixture = await listen({ routes, config: { keepAliveTimeout: 100, idleTimeout: 100 } })
  const windows = [setting.initialWindowSize, 0x7fffffff] as const
  await using client = await RawHttp2Client.connect(fixture.tlsPort, windows)
  client.pause()
  client.send(frame(frameType.windowUpdate, 0, 0, Buffer.from('7fff0000', 'hex')), requestFrame(1, '/large'))
  await fixture.until(() => fixture.server.listeners.https.connectionCount === 1)
  await fixture.until(() => fixture.server.listeners.https.connectionCount === 0)
})

test('https: closing ends connections, those with requests too', async () => {
  const routes: HttpFixtureOptions['routes'] = [app => void app.get('/hangs', () => new Promise(() => undefined))]
  await using fixture = await listen({ routes })
  await using idle = await Http2Client.connect(fixture.tlsPort)
  await using busy = await Http2Client.connect(fixture.tlsPort)
  const hangs = busy.request('/hangs')
  await idle.get('/healthz')
  await fixture.until(() => fixture.server.listeners.https.connectionCount === 2)
  const closed = fixture.server.close()
  await once(idle.session, 'close')
  const gone = once(hangs, 'close')
  fixture.clock.advance(1000)
  await gone
  await closed
})
