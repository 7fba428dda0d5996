import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, test } from 'vitest'
import { clip } from '../peers/clips.ts'
import { framesOf, publishFile, received, startPlayer } from '../support/ffmpeg-peers.ts'
import { assertReceived } from '../support/frame-list.ts'
import { pollUntil } from '../support/polling.ts'
import { databasePassword, PostgresServer } from '../support/postgres-server.ts'
import { logLines, metric, untilStream } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { startSluice } from '../support/sluice-command.ts'
import { SocketLink } from '../support/socket-link.ts'

let postgres: PostgresServer
let folder: string

beforeAll(async () => {
  postgres = await PostgresServer.start()
  folder = await mkdtemp(join(tmpdir(), 'sluice-outage-'))
  await writeFile(join(folder, 'password'), `${databasePassword}\n`)
})

afterAll(async () => {
  await postgres[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const quick = ['--store-timeout', '700ms', '--store-poll-interval', '100ms', '--hub-resume-timeout', '500ms']

async function declare(server: ServerProcess, name: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return fetch(server.httpUrl(`/api/v1/streams/${name}`), { method: 'PUT', headers, body: JSON.stringify(body) })
}

/** Declare it as often as it takes a database that a busy machine keeps from answering in time. */
async function untilDeclared(server: ServerProcess, name: string, body: unknown): Promise<void> {
  await pollUntil(`${name} in the store`, async () => (await declare(server, name, body)).ok || undefined)
}

/** What `/readyz` says of the store. */
async function storeProblem(server: ServerProcess): Promise<string | undefined> {
  const response = await fetch(server.httpUrl('/readyz'))
  const { problems, warnings } = (await response.json()) as Record<string, readonly { name: string; detail: string }[]>
  return [...(problems ?? []), ...(warnings ?? [])].find(({ name }) => name === 'store')?.detail
}

async function untilStore(server: ServerProcess, isAway: boolean): Promise<void> {
  await pollUntil('the store', async () => ((await storeProblem(server)) !== undefined) === isAway || undefined)
}

async function titleOf(server: ServerProcess, name: string): Promise<unknown> {
  const response = await fetch(server.httpUrl(`/api/v1/streams/${name}`))
  return ((await response.json()) as Record<string, unknown>)['title']
}

test('store outage: streams play on while the database is stopped, and changes are made again once it is back', async () => {
  const url = await postgres.createDatabase()
  await using server = await ServerProcess.start('--store-url', url, ...quick)
  const path = await clip('clip.flv')
  const sent = await framesOf(path, 8)
  await untilDeclared(server, 'live/test', { title: 'Main' })
  await using player = startPlayer(server.rtmpUrl('live/test?wait=30s'))
  await using publisher = publishFile(server.rtmpUrl('live/test'), path, 8)
  await untilStream(server, 'live/test', ({ framesIn }) => framesIn > 10)
  await postgres.stop()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => declare(server, `cam/${at}`, { title: 'x' })))
  for (const { status, headers } of answers) {
    assert.equal(status, 503)
    assert.ok(Number(headers.get('retry-after')) >= 1)
  }
  assert.match((await storeProblem(server)) ?? '', /^Cannot use the store postgres:\/\/localhost\/test_\d+: /)
  assert.equal((await fetch(server.httpUrl('/readyz'))).status, 200)
  assert.equal(await titleOf(server, 'live/test'), 'Main')
  await postgres.startAgain()
  await untilStore(server, false)
  await untilDeclared(server, 'cam/0', { title: 'after' })
  await publisher.untilDone()
  assert.equal(assertReceived(await received(player), sent), 0)
  assert.ok((await metric(server, 'sluice_store_operations_total{operation="apply",result="ok"}')) >= 2)
  const codes = logLines(server).map(({ code }) => code)
  assert.ok(codes.includes('STORE_UNAVAILABLE') && codes.includes('STORE_RECOVERED'))
  assert.ok(!server.program.output.includes(encodeURIComponent(databasePassword)))
})

test('store outage: a database that falls silent keeps nobody waiting, and a server starts without it', async () => {
  await using link = await SocketLink.open(postgres.socket)
  const name = new URL(await postgres.createDatabase()).pathname
  const place = `postgres://sluice@127.0.0.1:${link.port}${name}`
  const flags = ['--store-url', place, '--store-password-file', join(folder, 'password'), ...quick]
  await using server = await ServerProcess.start(...flags)
  await untilDeclared(server, 'cam/0', { title: 'before' })
  link.fallSilent()
  const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => declare(server, `cam/${at}`, {})))
  assert.ok(answers.every(({ status }) => status === 503))
  await using late = await ServerProcess.start(...flags)
  assert.equal((await fetch(late.httpUrl('/readyz'))).status, 503)
  assert.equal((await fetch(late.httpUrl('/healthz'))).status, 200)
  link.speak()
  await Promise.all([untilStore(server, false), untilStore(late, false)])
  await pollUntil('what is kept', async () => (await titleOf(late, 'cam/0')) === 'before' || undefined)
})

test('stores: two servers of one database see what the other has changed', async () => {
  const flags = ['--store-url', await postgres.createDatabase(), ...quick]
  const starting = [ServerProcess.start(...flags), ServerProcess.start(...flags)] as const
  await using one = await starting[0]
  await using other = await starting[1]
  const etag = (await declare(one, 'live/test', { title: 'first' })).headers.get('etag')
  await pollUntil('the first title', async () => (await titleOf(other, 'live/test')) === 'first' || undefined)
  assert.equal((await declare(other, 'live/test', { title: 'second' })).status, 200)
  await pollUntil('the second title', async () => (await titleOf(one, 'live/test')) === 'second' || undefined)
  const headers = { 'If-Match': etag ?? '' }
  const late = await fetch(one.httpUrl('/api/v1/streams/live/test'), { method: 'DELETE', headers })
  assert.equal(late.status, 412)
})

test('stores: of changes that SQLite has answered none is lost by kill -9', async () => {
  const flags = ['--store-url', `sqlite:${join(folder, 'killed', 'sluice.db')}`]
  const names = Array.from({ length: 40 }, (_, number) => `cam/${number}`)
  const answered = new Set<string>()
  {
    await using server = await ServerProcess.start(...flags)
    const all = names.map(async name => {
      const answer = await declare(server, name, { title: name }).catch(() => undefined)
      if (answer?.status === 201) answered.add(name)
      if (answered.size === names.length / 2) server.program.kill('SIGKILL')
    })
    await Promise.all(all)
  }
  await using server = await ServerProcess.start(...flags)
  assert.ok(answered.size >= names.length / 2)
  for (const name of answered) assert.equal(await titleOf(server, name), name)
})

test('store copy: all documents go into another store, once', async () => {
  const [json, sqlite] = [`json:${join(folder, 'copied')}`, `sqlite:${join(folder, 'copied.db')}`]
  {
    await using server = await ServerProcess.start('--store-url', json)
    for (const name of ['cam/a', 'cam/b']) await declare(server, name, { title: name })
  }
  const name = new URL(await postgres.createDatabase()).pathname
  const database = `postgres://sluice@localhost${name}?socket=${postgres.folder}`
  const password = join(folder, 'password')
  await using first = startSluice(['store', 'copy', json, database, '--to-password-file', password])
  assert.equal((await first.untilDone()).stdout.toString(), 'Copied 2 documents\n')
  await using second = startSluice(['store', 'copy', database, sqlite, '--from-password-file', password])
  assert.equal((await second.untilDone()).stdout.toString(), 'Copied 2 documents\n')
  await using again = startSluice(['store', 'copy', json, sqlite])
  const { code, stderr } = await again.ended
  assert.deepEqual([code, stderr], [1, 'sluice: Cannot change cam/a: it is there already\n'])
  await using server = await ServerProcess.start('--store-url', sqlite)
  assert.equal(await titleOf(server, 'cam/b'), 'cam/b')
})
