import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'vitest'
import { AccessBackend } from '../support/access-backend.ts'
import { pollUntil } from '../support/polling.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

type Answer = { readonly status: number; readonly etag: string; readonly body: Record<string, unknown> }

function start({ path }: TestFolder, ...flags: readonly string[]): Promise<ServerProcess> {
  return ServerProcess.start('--store-url', `json:${path}`, '--events-dir', join(path, 'events'), ...flags)
}

async function ask(
  server: ServerProcess,
  method: string,
  path: string,
  body?: unknown,
  etag?: string,
): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json', ...(etag !== undefined && { 'If-Match': etag }) }
  const payload = body === undefined ? {} : { headers, body: JSON.stringify(body) }
  const response = await fetch(server.httpUrl(`/api/v1/hooks${path}`), { method, ...payload })
  const text = await response.text()
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    body: text === '' ? {} : JSON.parse(text),
  }
}

async function refusedStreams(server: ServerProcess, ...streams: readonly string[]): Promise<void> {
  for (const stream of streams) await fetch(server.httpUrl(`/${stream}.flv`))
}

function streamsOf(backend: AccessBackend): readonly (string | undefined)[] {
  return backend.bodies.map(({ stream }) => stream)
}

test.concurrent('declared hooks: one comes, changes its target and secret at once, and goes', async () => {
  await using folder = await TestFolder.open('hooks')
  await using first = await AccessBackend.start()
  await using second = await AccessBackend.start()
  const signatures: unknown[] = []
  second.answer = (response, request) => {
    signatures.push(request.headers['sluice-signature'])
    response.end()
  }
  await using server = await start(folder)
  const events = ['play.refused']
  const made = await ask(server, 'PUT', '/site', { url: first.url('/SECRETPATH'), events })
  assert.deepEqual([made.status, made.body], [201, { name: 'site', origin: 'api', problems: [], url: '***', events }])
  await refusedStreams(server, 'live/a')
  await pollUntil('the first', async () => first.bodies[0])
  // Down, with something that waits: the new target gets it.
  await first[Symbol.asyncDispose]()
  await refusedStreams(server, 'live/b')
  await server.program.untilPrinted(/HOOK_RETRYING/)
  assert.equal((await ask(server, 'PATCH', '/site', { url: second.url(), secret: 's3cret' })).status, 200)
  await pollUntil('what waited', async () => second.bodies[0])
  await refusedStreams(server, 'live/c')
  await pollUntil('the next', async () => second.bodies[1])
  assert.deepEqual(streamsOf(second), ['live/b', 'live/c'])
  assert.ok(signatures.every(signature => /^t=\d+,v1=[0-9a-f]{64}$/.test(String(signature))))
  // As it was read: what is hidden stays.
  const read = await ask(server, 'GET', '/site')
  assert.equal((await ask(server, 'PUT', '/site', { ...read.body, batch: 2 }, read.etag)).status, 200)
  assert.equal((await ask(server, 'PUT', '/site', { url: '***' }, read.etag)).status, 412)
  const tried = await ask(server, 'POST', '/site/test')
  assert.deepEqual([tried.body['delivered'], tried.body['status'], tried.body['error']], [true, 200, null])
  const before = second.bodies.length
  assert.equal((await ask(server, 'DELETE', '/site')).status, 204)
  await refusedStreams(server, 'live/d')
  assert.equal((await ask(server, 'POST', '/site/test')).status, 404)
  assert.equal(second.bodies.length, before)
  const shown = JSON.stringify([made, read, await ask(server, 'GET', '')]) + server.program.output
  assert.doesNotMatch(shown, /s3cret|SECRETPATH/)
})

test.concurrent('declared hooks: they are there after a restart, and those of the file cannot be changed', async () => {
  await using folder = await TestFolder.open('hooks')
  await using backend = await AccessBackend.start()
  const file = join(folder.path, 'sluice.yaml')
  await writeFile(file, 'hooks:\n  lines: { type: stdio, timeout: 2s }\n')
  {
    await using server = await start(folder, '--config', file)
    await ask(server, 'PUT', '/site', { url: backend.url(), events: ['play.refused'] })
    assert.equal((await ask(server, 'PUT', '/lines', { url: backend.url() })).status, 409)
    assert.equal((await ask(server, 'DELETE', '/lines')).status, 409)
  }
  await using server = await start(folder, '--config', file)
  const { items } = (await ask(server, 'GET', '')).body as { items: { name: string; origin: string }[] }
  assert.deepEqual(
    items.map(({ name, origin }) => [name, origin]),
    [
      ['lines', 'file'],
      ['site', 'api'],
    ],
  )
  const { body } = await ask(server, 'GET', '/lines')
  assert.deepEqual(body, { name: 'lines', origin: 'file', problems: [], type: 'stdio', timeout: '2000ms' })
  await refusedStreams(server, 'live/a')
  await pollUntil('the event', async () => backend.bodies[0])
  assert.match(await readFile(join(folder.path, 'sluice.json'), 'utf8'), /"hooks"/)
})

test.concurrent('declared hooks: what is wrong with one is told at once, and nothing is changed', async () => {
  await using folder = await TestFolder.open('hooks')
  await using server = await start(folder)
  for (const [document, pointers] of [
    [{ type: 'webhook' }, ['/url']],
    [{ type: 'kafka', servers: ['nowhere'], topic: 'a/b' }, ['/servers', '/topic']],
    [
      { url: 'http://host/', events: ['publish.begun'], streams: ['a//b'], retries: -1 },
      ['/events/0', '/streams/0', '/retries'],
    ],
    [{ type: 'command', command: ['true'] }, ['/type']],
    [{ type: 'file', path: '/tmp/x' }, ['/type']],
  ] as const) {
    const { status, body } = await ask(server, 'PUT', '/wrong', document)
    assert.equal(status, 422)
    assert.deepEqual(
      (body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer),
      pointers,
    )
  }
  assert.equal((await ask(server, 'GET', '/wrong')).status, 404)
  assert.equal((await ask(server, 'PUT', '/no%20name', { url: 'http://host/' })).status, 400)
  assert.deepEqual((await ask(server, 'GET', '')).body, { items: [] })
})
