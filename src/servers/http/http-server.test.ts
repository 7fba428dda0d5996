import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'

/** What a build of the console leaves behind, in small. */
async function builtConsole() {
  const directory = await mkdtemp(join(tmpdir(), 'console-'))
  await mkdir(join(directory, 'assets'))
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Sluice</title>')
  await writeFile(join(directory, 'assets/main-a1b2.js'), 'void 0')
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
}

test('http: the process lives', async () => {
  await using fixture = await HttpFixture.listen()
  const { status, json } = await (await fixture.get('/healthz')).answer()
  assert.equal(status, 200)
  assert.deepEqual(json, { status: 'ok' })
})

test('http: the server is ready while every check is well', async () => {
  await using fixture = await HttpFixture.listen()
  const { status, json } = await (await fixture.get('/readyz')).answer()
  assert.equal(status, 200)
  assert.deepEqual(json, { status: 'ready', problems: [], warnings: [] })
})

test('http: a failed check makes the server not ready, and says why', async () => {
  await using fixture = new HttpFixture()
  fixture.checks.push(
    { name: 'rtmp.listen', problem: () => undefined },
    { name: 'recorder', problem: () => 'Disk full' },
  )
  await fixture.listen()
  const { status, json } = await (await fixture.get('/readyz')).answer()
  assert.equal(status, 503)
  const problems = [{ name: 'recorder', detail: 'Disk full' }]
  assert.deepEqual(json, { status: 'not ready', problems, warnings: [] })
})

test('http: what somebody should look at does not make the server unready', async () => {
  await using fixture = new HttpFixture()
  fixture.checks.push({ name: 'rtmp.tls', problem: () => 'The certificate has expired', isWarning: true })
  await fixture.listen()
  const { status, json } = await (await fixture.get('/readyz')).answer()
  assert.equal(status, 200)
  const warnings = [{ name: 'rtmp.tls', detail: 'The certificate has expired' }]
  assert.deepEqual(json, { status: 'ready', problems: [], warnings })
})

test('http: a draining server is not ready, and lives', async () => {
  await using fixture = await HttpFixture.listen()
  await fixture.server.drain()
  const { status, json } = await (await fixture.get('/readyz')).answer()
  assert.equal(status, 503)
  assert.deepEqual(json['problems'], [{ name: 'server', detail: 'Shuts down' }])
  assert.equal((await (await fixture.get('/healthz')).answer()).status, 200)
})

test('http: an unknown page is a problem document that any page may read', async () => {
  await using fixture = await HttpFixture.listen()
  const { status, head, json } = await (await fixture.get('/nothing/here?secret=1')).answer()
  assert.equal(status, 404)
  assert.match(head, /^content-type: application\/problem\+json/im)
  assert.match(head, /^access-control-allow-origin: \*\r?$/im)
  assert.match(head, /^x-content-type-options: nosniff\r?$/im)
  assert.deepEqual(json, {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Cannot GET /nothing/here: there is no such page',
  })
})

test('http: a fault of our own is logged, and its insides are not shown', async () => {
  await using fixture = new HttpFixture({
    routes: [
      app => {
        app.get('/broken', () => {
          throw new TypeError('inner secret')
        })
      },
    ],
  })
  await fixture.listen()
  const { status, json } = await (await fixture.get('/broken')).answer()
  assert.equal(status, 500)
  assert.doesNotMatch(JSON.stringify(json), /inner secret/)
  assert.deepEqual(
    fixture.log.lines.map(({ code }) => code),
    ['HTTP_FAILED'],
  )
})

test('http: what is not HTTP is told so, counted and logged', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.send('\x03\x00\x00\x00 this is RTMP\r\n\r\n')
  const { status, json } = await client.answer()
  assert.equal(status, 400)
  assert.match(String(json['detail']), /rules of HTTP/)
  await client.closed()
  assert.equal(fixture.server.listeners.http.counters.faults.malformed, 1)
  assert.equal(fixture.log.lines[0]?.code, 'HTTP_PROTOCOL_ERROR')
})

test('http: a head that is too large is told so', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/healthz', `X: ${'x'.repeat(20_000)}`)
  assert.equal((await client.answer()).status, 431)
  assert.equal(fixture.server.listeners.http.counters.faults.limit, 1)
})

test('http: connections are counted', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/healthz')
  await client.answer()
  assert.equal(fixture.server.listeners.http.counters.connections, 1)
  assert.equal(fixture.server.listeners.http.connectionCount, 1)
  client.destroy()
  await fixture.until(() => fixture.server.listeners.http.connectionCount === 0)
})

test('http: origins can be limited', async () => {
  await using fixture = await HttpFixture.listen({ config: { corsOrigins: ['https://a.example'] } })
  const allowed = await (await fixture.get('/healthz', 'Origin: https://a.example')).answer()
  assert.match(allowed.head, /^access-control-allow-origin: https:\/\/a\.example\r?$/im)
  const other = await (await fixture.get('/healthz', 'Origin: https://b.example')).answer()
  assert.doesNotMatch(other.head, /access-control-allow-origin/i)
})

test('http: a page of another site changes nothing', async () => {
  const action: HttpRoutes = app => void app.post('/api/v1/action', () => ({}))
  await using fixture = await HttpFixture.listen({ routes: [action] })
  const post = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${fixture.port}/api/v1/action`, { method: 'POST', headers })
  const foreign = await post({ origin: 'https://evil.example' })
  assert.equal(foreign.status, 403)
  assert.match(await foreign.text(), /a page of another site asks/)
  assert.equal((await post({})).status, 200)
})

test('http: a page that may change something is told so before it asks', async () => {
  await using fixture = await HttpFixture.listen({ config: { corsOrigins: ['https://a.example'] } })
  const ask = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${fixture.port}/api/v1/streams/live/test`, { method: 'OPTIONS', headers })
  const wanted = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization,if-match' }
  const { status, headers } = await ask({ origin: 'https://a.example', ...wanted })
  const told = ['origin', 'methods', 'headers'].map(what => headers.get(`access-control-allow-${what}`))
  const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE'
  assert.deepEqual([status, ...told], [204, 'https://a.example', methods, 'authorization,if-match'])
  assert.equal((await ask({ origin: 'https://b.example', ...wanted })).headers.get('access-control-allow-origin'), null)
  assert.equal((await ask({ origin: 'https://a.example' })).status, 404)
})

test('http: what was limited to some origins may be opened to others', async () => {
  const config = { corsOrigins: ['https://a.example'] }
  await using fixture = await HttpFixture.listen({ config })
  const headOf = async (): Promise<string> =>
    (await (await fixture.get('/healthz', 'Origin: https://b.example')).answer()).head
  assert.match(await headOf(), /^vary: Origin\r?$/im)
  fixture.use({ corsOrigins: ['*'] })
  const head = await headOf()
  assert.match(head, /^access-control-allow-origin: \*\r?$/im)
  assert.doesNotMatch(head, /vary/i)
})

test('http: with no origins there is no CORS', async () => {
  await using fixture = await HttpFixture.listen({ config: { corsOrigins: [] } })
  const { head } = await (await fixture.get('/healthz', 'Origin: https://a.example')).answer()
  assert.doesNotMatch(head, /access-control/i)
})

test('http: a console that is not built says how to build it', async () => {
  await using fixture = await HttpFixture.listen({ consoleDirectory: '/nowhere' })
  const client = await fixture.get('/')
  assert.match(await client.head(), /^HTTP\/1\.1 503 /)
  assert.match((await client.bodyOf(20)).toString(), /not built/)
})

test('http: the console is one page for all its views, and is asked for anew each time', async () => {
  await using built = await builtConsole()
  await using fixture = await HttpFixture.listen({ consoleDirectory: built.directory })
  for (const target of ['/', '/watch/live/test', '/watch/a?x=1', '/recordings']) {
    const client = await fixture.get(target)
    const head = await client.head()
    assert.match(head, /^HTTP\/1\.1 200 /, target)
    assert.match(head, /^cache-control: no-cache\r?$/im)
    assert.match(head, /^content-security-policy: default-src 'self';.*frame-ancestors 'self'\r?$/im)
    assert.match(head, /^content-type: text\/html/im)
    assert.match((await client.bodyOf(30)).toString(), /<title>Sluice/)
  }
})

test('http: files of the console never change, so they are kept', async () => {
  await using built = await builtConsole()
  await using fixture = await HttpFixture.listen({ consoleDirectory: built.directory })
  const head = await (await fixture.get('/assets/main-a1b2.js')).head()
  assert.match(head, /^cache-control: public, max-age=31536000, immutable\r?$/im)
  assert.match(head, /^content-type: (text|application)\/javascript/im)
})

for (const target of [
  '/assets/../../etc/passwd',
  '/assets/..%2f..%2fetc%2fpasswd',
  '/assets/%2e%2e/index.html',
  '/assets//etc/passwd',
  '/assets/%00',
  '/assets/missing.js',
  '/assets/',
]) {
  test(`http: ${target} is not served`, async () => {
    await using built = await builtConsole()
    await using fixture = await HttpFixture.listen({ consoleDirectory: built.directory })
    const { status, head } = await (await fixture.get(target)).answer()
    assert(status === 403 || status === 404 || status === 400, `${status}`)
    assert.match(head, /application\/problem\+json/)
    assert.match(head, /^cache-control: no-store\r?$/im)
  })
}

test('http: closing ends idle connections and can be repeated', async () => {
  await using fixture = await HttpFixture.listen()
  const client = await fixture.get('/healthz')
  await client.answer()
  await fixture.server.close()
  await client.closed()
  await fixture.server.close()
})

test('http: a taken port is the error of the system', async () => {
  await using fixture = await HttpFixture.listen()
  await using other = new HttpFixture()
  await assert.rejects(() => other.server.listen({ host: '127.0.0.1', port: fixture.port }), { code: 'EADDRINUSE' })
})
