import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { Compile } from 'typebox/schema'
import { test } from 'vitest'
import { startApp } from '../../src/app/app.ts'
import { appConfig } from '../../src/app/config.ts'
import { SystemClock } from '../../src/app/system-clock.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { type Operation, type RawAnswer, RawSender, requestsFor } from '../support/api-requests.ts'
import { KeptLog } from '../support/kept-log.ts'

type Document = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> }

/** The whole server, without any stream, and what it says of its API. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-api-'))
  const listeners = ['--http-listen', '127.0.0.1:0']
  const off = ['rtmp', 'srt'].map(name => `--${name}-listen=`)
  const argv = [...listeners, ...off, '--store-url', `json:${folder}`, '--events-dir', folder]
  const { config } = loadConfig(appConfig, { argv, env: {}, readFile: () => undefined })
  const log = new KeptLog()
  const app = await startApp({ config, log, clock: new SystemClock() })
  const sender = new RawSender(app.ports.http ?? 0)
  const { body } = await sender.send({ method: 'GET', path: '/api/v1/openapi.json', headers: {}, body: undefined })
  const close = async (): Promise<void> => {
    sender[Symbol.dispose]()
    await app.close()
    await rm(folder, { recursive: true })
  }
  return { sender, log, document: JSON.parse(body) as Document, [Symbol.asyncDispose]: close }
}

/** An answer of the operation, in the shape that the document has for it. */
function assertDocumented({ status, type, body }: RawAnswer, { responses }: Operation, what: string): void {
  assert.ok(status < 500, `${what}: ${status} ${body}`)
  const documented = responses[status]
  assert.ok(documented !== undefined, `${what}: ${status} is not documented: ${body}`)
  const [expected, content] = Object.entries(documented.content ?? {})[0] ?? []
  if (content === undefined || expected === undefined) return assert.equal(body, '', what)
  assert.ok(type.startsWith(expected), `${what}: ${status} is of ${type}`)
  if (!expected.includes('json')) return
  const value: unknown = JSON.parse(body)
  assert.ok(Compile(content.schema).Check(value), `${what}: ${status} has another shape: ${body.slice(0, 500)}`)
}

test('api fuzz: whatever is asked, the answer is one that the document has', { timeout: 60_000 }, async () => {
  await using server = await start()
  const { paths } = server.document
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // It has no end.
      .filter(([, { responses }]) => responses[200]?.content?.['text/event-stream'] === undefined)
      .map(([method, operation]) => ({ method, path, operation })),
  )
  assert.ok(operations.length > 15)
  for (const { method, path, operation } of operations) {
    const property = fc.asyncProperty(requestsFor(method, path, operation), async request => {
      const answer = await server.sender.send(request)
      assertDocumented(answer, operation, `${request.method} ${request.path} ${request.body ?? ''}`)
    })
    await fc.assert(property, { seed: 20_261_121, numRuns: 40 })
  }
  assert.deepEqual(
    server.log.lines.filter(({ code }) => code === 'HTTP_FAILED'),
    [],
  )
})

const asJson = { 'content-type': 'application/json' }

function problemOf({ type, body }: RawAnswer): { readonly status: number; readonly detail: string } {
  assert.equal(type, 'application/problem+json; charset=utf-8')
  return JSON.parse(body) as { status: number; detail: string }
}

test('api fuzz: bodies that are too large, nested too deep, or of another type are refused in words', async () => {
  await using server = await start()
  const put = (body: string, headers: Readonly<Record<string, string>> = asJson): Promise<RawAnswer> =>
    server.sender.send({ method: 'PUT', path: '/api/v1/streams/live/test', headers, body })
  const large = await put(JSON.stringify({ title: 'x'.repeat(10_000_000) }))
  assert.deepEqual([large.status, problemOf(large).status], [413, 413])
  for (const body of ['['.repeat(100_000), `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`]) {
    assert.ok([400, 422].includes(problemOf(await put(body)).status))
  }
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x']) {
    assert.equal(problemOf(await put('{}', { 'content-type': type })).status, 415)
  }
  const poisoned = await put('{"__proto__": {"title": "x"}}')
  assert.equal(problemOf(poisoned).status, 400)
})

test('api fuzz: of writes that exclude each other one is done, and what is there is what it has written', async () => {
  await using server = await start()
  const path = '/api/v1/streams/live/test'
  const writes = Array.from({ length: 20 }, (_, index) => {
    const body = JSON.stringify({ title: `writer ${index}` })
    return server.sender.send({ method: 'PUT', path, headers: { ...asJson, 'if-none-match': '*' }, body })
  })
  const statuses = (await Promise.all(writes)).map(({ status }) => status)
  assert.equal(statuses.filter(status => status === 201).length, 1)
  assert.equal(statuses.filter(status => status === 412).length, 19)
  const { body } = await server.sender.send({ method: 'GET', path, headers: {}, body: undefined })
  assert.equal((JSON.parse(body) as { title: string }).title, `writer ${statuses.indexOf(201)}`)
  // Patches without a condition are made one after the other, each of what the one before has left.
  const patches = Array.from({ length: 10 }, (_, index) => {
    const patch = JSON.stringify(index % 2 === 0 ? { title: `t${index}` } : { description: `d${index}` })
    return server.sender.send({ method: 'PATCH', path, headers: asJson, body: patch })
  })
  assert.ok((await Promise.all(patches)).every(({ status }) => status === 200))
})
