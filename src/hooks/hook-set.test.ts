import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { AccessBackend } from '../../test/support/access-backend.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, publishStopped } from '../../test/support/hook-events.ts'
import { happen, journalConfig, openJournal } from '../../test/support/journal-fixture.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { loadConfig } from '../config/load-config.ts'
import { defineSection } from '../config/section.ts'
import { ConfigError } from '../core/errors.ts'
import { type HooksConfig, hooksConfig } from './config.ts'
import { HookSet } from './hook-set.ts'
import { EventJournal } from './journal/event-journal.ts'

const schema = defineSection('Sluice', { hooks: hooksConfig })

function configOf(yaml: string): HooksConfig {
  return loadConfig(schema, { argv: [], env: {}, readFile: () => `hooks:\n  ${yaml.trim()}\n` }).config.hooks
}

function hooksOf(yaml: string, log = new KeptLog()): HookSet {
  const context = { clock: new FakeClock(), log }
  const config = journalConfig()
  return new HookSet(configOf(yaml), { journal: new EventJournal({ config, ...context }), config, ...context })
}

type Opened = { readonly hooks: HookSet; readonly journal: EventJournal }

async function open(yaml: string, log = new KeptLog(), config = journalConfig()): Promise<Opened> {
  const context = { clock: new FakeClock(), log }
  const journal = await openJournal(context, config)
  const hooks = new HookSet(configOf(yaml), { journal, config, ...context })
  await hooks.open()
  return { hooks, journal }
}

test('hooks: each gets the events that it asks for', async () => {
  await using backend = await AccessBackend.start()
  const { hooks, journal } = await open(`
  all: { url: "${backend.url('/all')}" }
  some: { url: "${backend.url('/some')}", events: [play_start, "recording.*"] }`)
  await happen(journal, publishStarted())
  await hooks.flush(AbortSignal.timeout(5000))
  const [all, some] = hooks.list()
  assert.deepEqual([all?.delivered, some?.delivered], [1, 0])
  assert.deepEqual(some?.events.slice(0, 2), ['play.started', 'recording.started'])
  await hooks.close()
})

test('hooks: a backend of SRS is not told twice what it was asked, unless it wants to', async () => {
  const { hooks } = await open(
    'a: { type: srs, url: "http://host/" }\n  b: { type: srs, url: "http://host/", events: [publish.*] }',
  )
  const [asked, told] = hooks.list()
  assert.equal(asked?.events.includes('publish.started'), false)
  assert.equal(asked?.events.includes('publish.stopped'), true)
  assert.equal(told?.events.includes('publish.started'), true)
})

for (const [yaml, message] of [
  ['a: {}', 'Cannot use hooks.a.url: it must be a URL such as https://host/path, is empty'],
  ['a: { url: "ftp://s3cret/" }', 'Cannot use hooks.a.url: it must be a URL such as https://host/path, is not shown'],
  ['a: { type: command }', 'Cannot use hooks.a.command: it must be a program and its arguments, is empty'],
  [
    'a: { type: command, command: [/nowhere/x] }',
    'Cannot use hooks.a.command: it must be a program that may be run, is /nowhere/x',
  ],
  [
    'a: { url: "http://host", format: go-rtmp-env }',
    'Cannot use hooks.a.format: it must be sluice or go-rtmp, is go-rtmp-env',
  ],
  [
    'a: { type: stdio, secret: s3cret }',
    'Cannot use hooks.a.secret: a hook of type stdio has type, events, streams, timeout, queue, concurrency, output, format',
  ],
] as const) {
  test(`hooks: ${yaml} is an error at the start`, () => {
    assert.throws(() => hooksOf(yaml), { name: ConfigError.name, message })
  })
}

test('hooks: an event that there is not is an error of the configuration', () => {
  assert.throws(
    () => configOf('a: { url: "http://host", events: [publish.begun] }'),
    /hooks.a.events at .*:2:28: it must be a list of events/,
  )
})

test('hooks: after a change those that are as they were go on, and what cannot work leaves the old one', async () => {
  await using backend = await AccessBackend.start()
  const log = new KeptLog()
  const { hooks, journal } = await open(`a: { url: "${backend.url()}" }\n  b: { url: "${backend.url()}" }`, log)
  await happen(journal, publishStarted())
  await hooks.flush(AbortSignal.timeout(5000))
  hooks.replace(configOf(`a: { url: "${backend.url()}" }\n  b: { url: nowhere }\n  c: { url: "${backend.url()}" }`))
  assert.deepEqual(
    hooks.list().map(({ name, delivered }) => [name, delivered]),
    [
      ['a', 1],
      ['b', 1],
      ['c', 0],
    ],
  )
  assert.deepEqual(
    log.lines.map(({ code }) => code),
    ['HOOK_REFUSED'],
  )
  hooks.replace(configOf(`c: { url: "${backend.url()}" }`))
  assert.deepEqual(
    hooks.list().map(({ name }) => name),
    ['c'],
  )
  await hooks.close()
})

test('hooks: a test says whether it was delivered', async () => {
  await using backend = await AccessBackend.start()
  const { hooks } = await open(`a: { url: "${backend.url()}" }\n  srs: { type: srs, url: "${backend.url()}" }`)
  assert.deepEqual(await hooks.test('a'), { error: undefined, status: 204, durationMs: 0 })
  assert.equal(backend.bodies[0]?.['type'], 'hook.test')
  backend.answer = response => void response.writeHead(500).end()
  assert.deepEqual(await hooks.test('a'), { error: 'the answer has status 500', status: 500, durationMs: 0 })
  assert.equal(await hooks.test('none'), undefined)
  assert.equal((await hooks.test('srs'))?.error, 'it has no words for a test')
  await hooks.close()
})

test('hooks: a flush ends when its time is up, and what hangs is delivered by the next run', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = () => undefined
  const config = journalConfig()
  const first = await open(`a: { url: "${backend.url()}" }`, new KeptLog(), config)
  await happen(first.journal, publishStarted())
  await first.hooks.flush(AbortSignal.timeout(50))
  await first.hooks.close()
  assert.equal(first.hooks.list()[0]?.failed, 0)
  backend.answer = response => void response.end()
  const second = await open(
    `a: { url: "${backend.url()}" }\n  late: { url: "${backend.url('/late')}" }`,
    undefined,
    config,
  )
  await second.hooks.flush(AbortSignal.timeout(5000))
  assert.deepEqual(
    second.hooks.list().map(({ delivered }) => delivered),
    [1, 0],
  )
  await second.hooks.close()
})

test('hooks: another target is told at once of what the old one did not take', async () => {
  await using old = await AccessBackend.start()
  await using other = await AccessBackend.start()
  old.answer = () => undefined
  const { hooks, journal } = await open(`a: { url: "${old.url()}" }`)
  await happen(journal, publishStarted('a', 'rtmp-1'), publishStarted('b', 'rtmp-2'))
  hooks.replace(configOf(`a: { url: "${other.url()}" }`))
  await hooks.flush(AbortSignal.timeout(5000))
  assert.equal(other.bodies.length, 2)
  await hooks.close()
})

test('hooks: one that was removed sends nothing more, and one of the same name begins anew', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = response => void response.writeHead(500).end()
  const { hooks, journal } = await open(`a: { url: "${backend.url()}", retryWait: 1ms }`)
  await happen(journal, publishStarted())
  hooks.replace([])
  backend.answer = response => void response.end()
  const before = backend.bodies.length
  hooks.replace(configOf(`a: { url: "${backend.url()}" }`))
  const [next] = await happen(journal, publishStopped())
  await hooks.flush(AbortSignal.timeout(5000))
  assert.deepEqual(
    backend.bodies.slice(before).map(({ id }) => id),
    [next?.id],
  )
  await hooks.close()
})

test('hooks: where it is not known how far they have come, they are told everything again', async () => {
  await using backend = await AccessBackend.start()
  const config = journalConfig()
  const yaml = `a: { url: "${backend.url()}" }`
  const first = await open(yaml, new KeptLog(), config)
  await happen(first.journal, publishStarted(), publishStopped())
  await first.hooks.flush(AbortSignal.timeout(5000))
  await first.hooks.close()
  const log = new KeptLog()
  writeFileSync(join(config.dir, 'cursors.json'), '{"a":{"position":-1}}')
  const second = await open(yaml, log, config)
  await second.hooks.flush(AbortSignal.timeout(5000))
  assert.equal(second.hooks.list()[0]?.delivered, 2)
  assert.equal(log.lines[0]?.code, 'HOOK_CURSORS_LOST')
  await second.hooks.close()
})
