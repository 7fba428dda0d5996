import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { test } from 'vitest'
import { Program } from '../peers/program.ts'
import { AccessBackend } from '../support/access-backend.ts'
import { pollUntil } from '../support/polling.ts'
import { metric } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

type Told = { readonly id: string; readonly type: string; readonly stream?: string; readonly sequence: number }

async function startWith(folder: string, hooks: string, ...flags: readonly string[]): Promise<ServerProcess> {
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, `hooks:\n${hooks}\n`)
  return ServerProcess.start('--config', file, '--events-dir', join(folder, 'events'), ...flags)
}

/** Somebody asks for streams that are not there: one event each. */
async function ask(server: ServerProcess, ...streams: readonly string[]): Promise<void> {
  await Promise.all(streams.map(stream => fetch(server.httpUrl(`/${stream}.flv`)).catch(() => undefined)))
}

function listen(server: ServerProcess, query = '', ...args: readonly string[]): Program {
  return new Program('curl', ['-sN', ...args, server.httpUrl(`/api/v1/events${query}`)])
}

/** What curl has printed so far. */
function heardBy(curl: Program): readonly Told[] {
  return [...curl.output.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json) as Told)
}

function bodiesOf(backend: AccessBackend): readonly Told[] {
  return (backend.bodies as unknown as (Told | Told[])[]).flat()
}

function assertInOrder(events: readonly Told[]): void {
  const last = new Map<string, number>()
  for (const { stream = '', sequence } of events) {
    assert.ok(sequence > (last.get(stream) ?? 0), `${stream}: ${sequence} after ${last.get(stream)}`)
    last.set(stream, sequence)
  }
}

const names = Array.from({ length: 20 }, (_, at) => `live/${at}`)

test.concurrent('event delivery: what was accepted before kill -9 arrives after it, in the order of its stream', async () => {
  await using opened = await TestFolder.open('events')
  const folder = opened.path
  await using backend = await AccessBackend.start()
  let isSlow = true
  backend.answer = response => void setTimeout(() => response.end(), isSlow ? 100 : 0)
  const hooks = `  site: { url: "${backend.url()}", events: [play.refused], concurrency: 8 }`
  const accepted: Told[] = []
  for (let run = 0; run < 2; run++) {
    await using server = await startWith(folder, hooks)
    await using curl = listen(server, '?type=play.refused')
    await curl.untilPrinted(/retry:/)
    for (let round = 0; round < 15; round++) await ask(server, ...names)
    const told = backend.bodies.length
    // In the middle of deliveries, and of more events.
    const more = ask(server, ...names, ...names)
    await pollUntil('a delivery', async () => backend.bodies.length > told || undefined)
    server.program.kill('SIGKILL')
    await Promise.all([server.program.ended, more, curl.ended])
    const heard = heardBy(curl)
    assert.ok(heard.length >= 200, `${heard.length} accepted`)
    accepted.push(...heard)
  }
  isSlow = false
  await using last = await startWith(folder, hooks)
  const missing = (): readonly Told[] => {
    const told = new Set(bodiesOf(backend).map(({ id }) => id))
    return accepted.filter(({ id }) => !told.has(id))
  }
  await pollUntil('all that was accepted', async () => missing().length === 0 || undefined)
  await pollUntil(
    'the end',
    async () => (await metric(last, 'sluice_hook_events_waiting{hook="site"}')) === 0 || undefined,
  )
  assertInOrder(accepted)
  // Some are told twice after a crash.
  const told = bodiesOf(backend)
  assertInOrder(told.filter(({ id }, at) => told.findIndex(other => other.id === id) === at))
})

test.concurrent('event delivery: a receiver that is away for a while misses nothing, in batches', async () => {
  await using opened = await TestFolder.open('events')
  const folder = opened.path
  await using backend = await AccessBackend.start()
  backend.answer = response => void response.writeHead(503, { 'retry-after': '1' }).end()
  await using server = await startWith(
    folder,
    `  site: { url: "${backend.url()}", events: [play.refused], batch: 50, retryWait: 10ms }`,
  )
  for (let round = 0; round < 20; round++) await ask(server, ...names)
  await pollUntil('an attempt', async () => backend.bodies[0])
  assert.ok(((await metric(server, 'sluice_hook_oldest_waiting_seconds{hook="site"}')) ?? 0) > 0)
  const taken: Told[] = []
  backend.answer = response => {
    taken.push(...(backend.bodies.at(-1) as unknown as Told[]))
    response.end()
  }
  await pollUntil('all', async () => taken.length === 400 || undefined)
  assert.equal(new Set(taken.map(({ id }) => id)).size, 400)
  assertInOrder(taken)
  assert.equal(await metric(server, 'sluice_hook_events_total{hook="site",result="failed"}'), 0)
})

test.concurrent('event delivery: curl goes on where it was, over a restart', async () => {
  await using opened = await TestFolder.open('events')
  const folder = opened.path
  await using backend = await AccessBackend.start()
  const hooks = `  site: { url: "${backend.url()}" }`
  const heard: Told[] = []
  {
    await using server = await startWith(folder, hooks)
    await using curl = listen(server, '?type=play.refused&stream=live/*')
    await curl.untilPrinted(/retry:/)
    await ask(server, 'live/a', 'other/b', 'live/c')
    await pollUntil('both', async () => heardBy(curl).length === 2 || undefined)
    heard.push(...heardBy(curl))
    await curl.close()
    await ask(server, 'live/missed')
    await pollUntil(
      'the hook',
      async () => bodiesOf(backend).some(({ stream }) => stream === 'live/missed') || undefined,
    )
  }
  await using server = await startWith(folder, hooks)
  await using curl = listen(server, '?type=play.refused&stream=live/*', '-H', `Last-Event-ID: ${heard.at(-1)?.id}`)
  await curl.untilPrinted(/live\/missed/)
  await ask(server, 'live/a')
  await curl.untilPrinted(/live\/a/)
  const streams = heardBy(curl).map(({ stream }) => stream)
  assert.deepEqual(streams, ['live/missed', 'live/a'])
  assert.deepEqual(new Set(heard.map(({ stream }) => stream)), new Set(['live/a', 'live/c']))
  assertInOrder([...heard, ...heardBy(curl)])
  assert.equal((await fetch(server.httpUrl('/api/v1/events?type=nonsense'))).status, 400)
  const { oneOf } = (await (await fetch(server.httpUrl('/api/v1/events/schema'))).json()) as { oneOf: TSchema[] }
  for (const told of heardBy(curl)) assert.equal(oneOf.filter(schema => Value.Check(schema, told)).length, 1)
})

test.concurrent('event delivery: listeners are bounded, hear of a stop, and one that does not read is cut', async () => {
  await using opened = await TestFolder.open('events')
  const folder = opened.path
  await using server = await startWith(folder, '  {}', '--events-listeners', '2', '--events-heartbeat', '100ms')
  await using curl = listen(server)
  await curl.untilPrinted(/^:$/m)
  const stuck = spawn('curl', ['-sN', server.httpUrl('/api/v1/events')], { stdio: ['ignore', 'pipe', 'ignore'] })
  using stack = new DisposableStack()
  stack.defer(() => void stuck.kill('SIGKILL'))
  await pollUntil('both', async () => (await metric(server, 'sluice_events_listeners')) === 2 || undefined)
  assert.equal((await fetch(server.httpUrl('/api/v1/events'))).status, 503)
  stuck.kill('SIGSTOP')
  const long = `live/${'x'.repeat(200)}`
  await pollUntil('the cut', async () => {
    await ask(server, ...Array.from({ length: 200 }, () => long))
    return (await metric(server, 'sluice_events_listeners')) === 1 || undefined
  })
  await server.program.untilPrinted(/EVENT_LISTENER_CUT/)
  server.program.kill('SIGTERM')
  assert.equal((await server.program.ended).code, 0)
  assert.equal((await curl.ended).code, 0)
})
