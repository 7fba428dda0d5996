import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { test } from 'vitest'
import { KafkaBroker } from '../support/kafka-broker.ts'
import { NatsBroker } from '../support/nats-broker.ts'
import { pollUntil } from '../support/polling.ts'
import { metric } from '../support/server-facts.ts'
import { ServerProcess } from '../support/server-process.ts'
import { TestFolder } from '../support/test-folder.ts'

type Told = { readonly id: string; readonly type: string; readonly stream: string; readonly sequence: number }

async function startWith(folder: string, hook: string): Promise<ServerProcess> {
  const file = join(folder, 'sluice.yaml')
  await writeFile(file, `hooks:\n  sink: { ${hook} }\n`)
  return ServerProcess.start('--config', file, '--events-dir', join(folder, 'events'))
}

/** Somebody asks for streams that are not there: one event each. */
async function ask(server: ServerProcess, ...streams: readonly string[]): Promise<void> {
  await Promise.all(streams.map(stream => fetch(server.httpUrl(`/${stream}.flv`))))
}

async function tryOut(server: ServerProcess): Promise<{ delivered: boolean; error: string | null }> {
  const answer = await fetch(server.httpUrl('/api/v1/hooks/sink/test'), { method: 'POST' })
  return (await answer.json()) as { delivered: boolean; error: string | null }
}

async function untilDelivered(server: ServerProcess, count: number): Promise<void> {
  const name = 'sluice_hook_events_total{hook="sink",result="delivered"}'
  await pollUntil('deliveries', async () => (await metric(server, name)) === count || undefined)
}

const names = Array.from({ length: 10 }, (_, at) => `live/${at % 3}`)

function assertInOrder(events: readonly Told[]): void {
  const last = new Map<string, number>()
  for (const { stream, sequence } of events) {
    assert.ok(sequence > (last.get(stream) ?? 0), `${stream}: ${sequence} after ${last.get(stream)}`)
    last.set(stream, sequence)
  }
}

test.concurrent('event sinks: kcat reads from Kafka what happened, by stream and in order', async () => {
  await using broker = await KafkaBroker.start()
  await using folder = await TestFolder.open('sinks')
  await using server = await startWith(
    folder.path,
    `type: kafka, servers: [${broker.servers.join()}], topic: sluice-events, events: [play.refused], retryWait: 50ms`,
  )
  for (let round = 0; round < 5; round++) await ask(server, ...names)
  await untilDelivered(server, 50)
  const read = await broker.read('sluice-events')
  const events = read.map(({ value }) => JSON.parse(value) as Told)
  assert.equal(new Set(events.map(({ id }) => id)).size, 50)
  assert.deepEqual(
    read.map(({ key }) => key),
    events.map(({ stream }) => stream),
  )
  assertInOrder(events)
})

test.concurrent('event sinks: a subscriber of NATS hears what happened under its subject', async () => {
  await using broker = await NatsBroker.start('--user', 'sluice', '--pass', 's3cret')
  await using folder = await TestFolder.open('sinks')
  await using server = await startWith(
    folder.path,
    `type: nats, servers: ["${broker.server}"], subject: "live.{type}.{stream}", user: sluice, password: s3cret`,
  )
  const client = await connect({ servers: broker.server, user: 'sluice', pass: 's3cret' })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => client.close())
  const heard: { readonly subject: string; readonly told: Told; readonly msgId: string | undefined }[] = []
  client.subscribe('live.play.refused.>', {
    callback: (_, message) => {
      heard.push({ subject: message.subject, told: message.json(), msgId: message.headers?.get('Nats-Msg-Id') })
    },
  })
  await client.flush()
  await ask(server, 'live/a', 'live/b.c')
  await pollUntil('both', async () => heard.length === 2 || undefined)
  assert.deepEqual(
    new Set(heard.map(({ subject }) => subject)),
    new Set(['live.play.refused.live.a', 'live.play.refused.live.b_c']),
  )
  for (const { told, msgId } of heard) assert.equal(told.id, msgId)
  assert.doesNotMatch(server.program.output + JSON.stringify(await tryOut(server)), /s3cret/)
})

test.concurrent('event sinks: JetStream stores each event once, and one that it refuses is not delivered', async () => {
  await using broker = await NatsBroker.start()
  await using folder = await TestFolder.open('sinks')
  await using server = await startWith(
    folder.path,
    `type: nats, servers: ["${broker.server}"], jetstream: true, events: [play.refused], retryWait: 50ms`,
  )
  const refused = await tryOut(server)
  assert.equal(refused.delivered, false)
  assert.match(String(refused.error), /^NATS has not taken it: /)
  const client = await connect({ servers: broker.server })
  await using stack = new AsyncDisposableStack()
  stack.defer(() => client.close())
  const request = async (subject: string, body: unknown): Promise<Record<string, unknown>> =>
    (await client.request(`$JS.API.${subject}`, JSON.stringify(body))).json()
  const made = await request('STREAM.CREATE.EVENTS', { name: 'EVENTS', subjects: ['sluice.>'], storage: 'memory' })
  assert.equal(made['error'], undefined)
  assert.deepEqual((await tryOut(server)).error, null)
  for (let round = 0; round < 5; round++) await ask(server, ...names)
  await untilDelivered(server, 50)
  const info = (await request('STREAM.INFO.EVENTS', {})) as { state: { messages: number } }
  assert.equal(info.state.messages, 51)
})

test.concurrent('event sinks: a broker that comes late is told of everything', async () => {
  const first = await NatsBroker.start()
  const { server: address } = first
  await first[Symbol.asyncDispose]()
  await using folder = await TestFolder.open('sinks')
  await using server = await startWith(
    folder.path,
    `type: nats, servers: ["${address}"], events: [play.refused], retryWait: 20ms`,
  )
  await ask(server, ...names)
  await server.program.untilPrinted(/HOOK_RETRYING/)
  assert.equal((await tryOut(server)).delivered, false)
  await using again = await NatsBroker.start('-p', address.split(':')[1] ?? '')
  assert.equal(again.server, address)
  await untilDelivered(server, 10)
})

test.concurrent('event sinks: a file has a line per event and becomes another one when it is full', async () => {
  await using opened = await TestFolder.open('sinks')
  const folder = opened.path
  const path = join(folder, 'told.jsonl')
  await using server = await startWith(
    folder,
    `type: file, path: "${path}", maxSize: 8KiB, maxFiles: 2, events: [play.refused]`,
  )
  for (let round = 0; round < 10; round++) await ask(server, ...names)
  await untilDelivered(server, 100)
  const files = (await readdir(folder)).filter(name => name.startsWith('told'))
  assert.deepEqual(new Set(files), new Set(['told.jsonl', 'told.jsonl.1', 'told.jsonl.2']))
  const texts = await Promise.all(['.2', '.1', ''].map(end => readFile(`${path}${end}`, 'utf8')))
  for (const text of texts) assert.ok(text.length <= 8192 && text.endsWith('\n'), `${text.length}`)
  const events = texts.flatMap(text =>
    text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Told),
  )
  assert.ok(events.length >= 40, `${events.length}`)
  assertInOrder(events)
})
