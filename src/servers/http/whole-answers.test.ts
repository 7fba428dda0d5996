import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { afterEach, test, vi } from 'vitest'
import { HttpFixture } from '../../../test/support/http-fixture.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import type { RawHttpClient } from '../../../test/support/raw-http-client.ts'
import type { HttpAnswer, HttpRoutes, UnroutedRequest } from '../../contracts/http-routes.ts'
import { AnswerHeaders } from './answer-headers.ts'
import { WholeAnswers } from './whole-answers.ts'

afterEach(() => void vi.useRealTimers())

const own: HttpAnswer = {
  status: 200,
  headers: ['Cache-Control', 'max-age=1', 'Content-Type', 'text/plain'],
  vary: 'Accept-Encoding',
  body: 'naïve\n',
}
const shared: HttpAnswer = { ...own, isShared: true }
const bytes: HttpAnswer = { ...shared, body: new Uint8Array(100_000).fill(7) }
const ownBytes: HttpAnswer = { ...bytes, isShared: false }
const empty: HttpAnswer = { status: 304, headers: ['ETag', '"1"'], body: undefined, isShared: true }

const answers: Readonly<Record<string, HttpAnswer>> = {
  '/own': own,
  '/shared': shared,
  '/bytes': bytes,
  '/own-bytes': ownBytes,
  '/empty': empty,
}

/** Answers at once, and `/wait` when the test says so. */
class Desk {
  readonly waiting: UnroutedRequest[] = []

  readonly routes: HttpRoutes = app => {
    app.addShortcut(request => {
      const answer = answers[request.url]
      if (answer !== undefined) request.answer(answer)
      else if (request.url === '/wait') this.waiting.push(request)
      else return false
      return true
    })
  }

  async release(fixture: HttpFixture, count: number): Promise<void> {
    await fixture.until(() => this.waiting.length === count)
    for (const request of this.waiting.splice(0)) request.answer(shared)
  }
}

async function open(options = {}) {
  const desk = new Desk()
  return { desk, fixture: await HttpFixture.listen({ ...options, routes: [desk.routes] }) }
}

function requestFor(path: string, ...fields: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n')
}

/** All that a client is sent for its requests, the last of which closes the connection. */
async function sentTo(client: RawHttpClient): Promise<string> {
  await client.closed()
  return client.received.toString()
}

for (const fields of [[], ['Origin: https://one.example'], ['Origin: https://three.example']]) {
  test(`whole answers: what Node.js makes of them, but for how long a connection may be idle, ${fields.join() || 'for no page'}`, async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { fixture } = await open({ config: { corsOrigins: ['https://one.example', 'https://two.example'] } })
    await using _ = fixture
    const sentFor = async (path: string, size: number): Promise<string> => {
      const client = await fixture.send(requestFor(path, ...fields))
      await client.bodyOf(size)
      return client.received.toString()
    }
    for (const [byNode, whole, size] of [
      ['/own', '/shared', 7],
      ['/own-bytes', '/bytes', 100_000],
    ] as const) {
      const expected = await sentFor(byNode, size)
      assert.match(expected, /^HTTP\/1\.1 200 OK\r\n.*Content-Length: \d+\r\n.*Keep-Alive: timeout=10\r\n/s)
      for (const sent of [await sentFor(whole, size), await sentFor(whole, size)]) {
        assert.ok(sent === expected.replace('Keep-Alive: timeout=10\r\n', ''), sent.slice(0, 1000))
      }
    }
  })
}

test('whole answers: the date is that of the answer', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 2, 3, 4, 5) })
  const { fixture } = await open()
  await using _ = fixture
  const dateOf = async (): Promise<string | undefined> =>
    /Date: (.*)\r/.exec(`${await (await fixture.get('/shared')).head()}\r`)?.[1]
  assert.equal(await dateOf(), 'Fri, 02 Jan 2026 03:04:05 GMT')
  vi.setSystemTime(Date.UTC(2026, 0, 2, 3, 4, 6))
  assert.equal(await dateOf(), 'Fri, 02 Jan 2026 03:04:06 GMT')
})

test('whole answers: requests in one packet are answered in turn, whichever way', async () => {
  const { desk, fixture } = await open()
  await using _ = fixture
  const paths = ['/wait', '/own', '/bytes', '/wait', '/empty', '/shared', '/healthz']
  const requests = paths.map(path => requestFor(path)).join('')
  const client = await fixture.send(requests + requestFor('/own', 'Connection: close'))
  await desk.release(fixture, 2)
  const lines = (await sentTo(client)).match(/HTTP\/1\.1 \d+|Content-Length: \d+/gi) ?? []
  const told = lines.map(line => line.split(' ')[1]).join(' ')
  assert.match(told, /^200 7 200 7 200 100000 200 7 304 200 7 200 \d+ 200 7$/)
})

test('whole answers: a thousand requests of one connection, each behind the answer to the last', async () => {
  const { desk, fixture } = await open()
  await using _ = fixture
  const client = await fixture.get('/wait')
  for (let turn = 1; turn < 1000; turn++) {
    await desk.release(fixture, 1)
    client.send(requestFor('/wait', ...(turn === 999 ? ['Connection: close'] : [])))
  }
  await desk.release(fixture, 1)
  assert.equal((await sentTo(client)).match(/naïve/g)?.length, 1000)
})

test('whole answers: who wants no other, or speaks HTTP/1.0, is sent the last one', async () => {
  const { fixture } = await open()
  await using _ = fixture
  assert.match(await sentTo(await fixture.send(requestFor('/shared', 'Connection: close'))), /Connection: close\r\n/)
  assert.match(await sentTo(await fixture.send('GET /shared HTTP/1.0\r\n\r\n')), /Connection: close\r\n.*naïve\n$/s)
})

test('whole answers: over TLS, with HTTP/1.1 and HTTP/2', async () => {
  const { fixture } = await open()
  await using _ = fixture
  await fixture.listenTls()
  await using client = await Http2Client.connect(fixture.tlsPort)
  const [first, second] = await Promise.all([client.get('/shared'), client.get('/bytes')])
  assert.deepEqual([first.status, first.text, second.body.length], [200, 'naïve\n', 100_000])
  const socket = connect({ port: fixture.tlsPort, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
  socket.write(requestFor('/shared') + requestFor('/shared', 'Connection: close'))
  assert.equal((await text(socket)).match(/naïve/g)?.length, 2)
})

test('whole answers: are made once in a second for all who are told the same', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  let made = 0
  const counted = {
    ...shared,
    get headers() {
      made++
      return shared.headers
    },
  }
  const wholes = new WholeAnswers(new AnswerHeaders(['https://one.example', 'https://two.example']))
  const ask = (origin?: string) => wholes.of(counted, origin)
  assert.equal(ask(), ask())
  assert.equal(ask('https://three.example'), ask())
  assert.equal(made, 1)
  assert.notEqual(ask('https://one.example'), ask())
  assert.equal(made, 2)
  vi.advanceTimersByTime(1000)
  ask()
  assert.equal(made, 3)
})

test('whole answers: a short body is joined with the head, a long one is not copied', () => {
  const wholes = new WholeAnswers(new AnswerHeaders(['*']))
  const short = wholes.of(shared, undefined)
  assert.ok(short.start.toString().endsWith('\r\n\r\nnaïve\n'))
  assert.equal(short.longBody, undefined)
  const long = wholes.of(bytes, undefined)
  assert.ok(long.start.toString().endsWith('\r\n\r\n'))
  assert.equal(long.longBody, bytes.body)
})

test('whole answers: a client that goes away while it is answered leaves the server as it was', async () => {
  const { desk, fixture } = await open()
  await using _ = fixture
  const client = await fixture.get('/wait')
  await fixture.until(() => desk.waiting.length === 1)
  const gone = desk.waiting[0]
  const { promise, resolve } = Promise.withResolvers<void>()
  gone?.onGone(resolve)
  client.destroy()
  await promise
  await desk.release(fixture, 1)
  assert.match(await (await fixture.get('/shared')).head(), /^HTTP\/1.1 200/)
})

test('whole answers: a connection that was answered is idle, and closes with the server', async () => {
  const { fixture } = await open()
  await using _ = fixture
  const client = await fixture.get('/shared')
  await client.until(() => client.received.includes('naïve\n'))
  await fixture.server.close()
  await client.closed()
})
