import assert from 'node:assert/strict'
import { test } from 'vitest'
import { AccessBackend } from '../../test/support/access-backend.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { publishStarted, stamped } from '../../test/support/hook-events.ts'
import { KeptLog } from '../../test/support/kept-log.ts'
import { loadConfig } from '../config/load-config.ts'
import { defineSection } from '../config/section.ts'
import { ConfigError } from '../core/errors.ts'
import { type HooksConfig, hooksConfig } from './config.ts'
import { HookSet } from './hook-set.ts'

const schema = defineSection('Sluice', { hooks: hooksConfig })

function configOf(yaml: string): HooksConfig {
  return loadConfig(schema, { argv: [], env: {}, readFile: () => `hooks:\n  ${yaml.trim()}\n` }).config.hooks
}

function hooksOf(yaml: string, log = new KeptLog()): HookSet {
  return new HookSet(configOf(yaml), { clock: new FakeClock(), log })
}

test('hooks: each gets the events that it asks for', async () => {
  await using backend = await AccessBackend.start()
  const hooks = hooksOf(`
  all: { url: "${backend.url('/all')}" }
  some: { url: "${backend.url('/some')}", events: [play_start, "recording.*"] }`)
  hooks.observe(stamped(publishStarted()))
  await hooks.flush(AbortSignal.timeout(5000))
  const [all, some] = hooks.list()
  assert.deepEqual([all?.delivered, some?.delivered], [1, 0])
  assert.deepEqual(some?.events.slice(0, 2), ['play.started', 'recording.started'])
  hooks.close()
})

test('hooks: a backend of SRS is not told twice what it was asked, unless it wants to', () => {
  const hooks = hooksOf(
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
    'Cannot use hooks.a.secret: a hook of type stdio has type, events, timeout, queue, concurrency, output, format',
  ],
] as const) {
  test(`hooks: ${yaml} is an error at the start`, () => {
    assert.throws(() => hooksOf(yaml), { name: ConfigError.name, message })
  })
}

test('hooks: an event that there is not is an error of the configuration', () => {
  assert.throws(
    () => configOf('a: { url: "http://host", events: [publish.begun] }'),
    /hooks.a.events at .*:2: it must be a list of events/,
  )
})

test('hooks: after a change those that are as they were go on, and what cannot work leaves the old one', async () => {
  await using backend = await AccessBackend.start()
  const log = new KeptLog()
  const hooks = hooksOf(`a: { url: "${backend.url()}" }\n  b: { url: "${backend.url()}" }`, log)
  hooks.observe(stamped(publishStarted()))
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
  hooks.close()
})

test('hooks: a test says whether it was delivered', async () => {
  await using backend = await AccessBackend.start()
  const hooks = hooksOf(`a: { url: "${backend.url()}" }\n  srs: { type: srs, url: "${backend.url()}" }`)
  assert.deepEqual(await hooks.test('a'), { ok: true })
  assert.equal(backend.bodies[0]?.['type'], 'hook.test')
  backend.answer = response => void response.writeHead(500).end()
  assert.deepEqual(await hooks.test('a'), { ok: false, reason: 'failed', message: 'the answer has status 500' })
  assert.deepEqual(await hooks.test('none'), { ok: false, reason: 'unknown' })
  assert.deepEqual(await hooks.test('srs'), { ok: false, reason: 'failed', message: 'it has no words for a test' })
  hooks.close()
})

test('hooks: a flush ends when its time is up, whatever hangs', async () => {
  await using backend = await AccessBackend.start()
  backend.answer = () => undefined
  const hooks = hooksOf(`a: { url: "${backend.url()}" }`)
  hooks.observe(stamped(publishStarted()))
  await hooks.flush(AbortSignal.timeout(50))
  hooks.close()
  await hooks.flush(AbortSignal.timeout(5000))
  assert.equal(hooks.list()[0]?.failed, 1)
})
