import assert from 'node:assert/strict'
import { test } from 'vitest'
import { problemsOf } from './check-hook.ts'
import type { HookConfig } from './config.ts'

type Written = HookConfig['values']

const good: readonly Written[] = [
  { url: 'https://host/' },
  { type: 'kafka', servers: ['kafka-1:9092', '[::1]:9092'], topic: 'live.events' },
  { type: 'nats', servers: ['nats:4222'], subject: '{type}.{stream}.x', jetstream: true, token: 's3cret' },
  { type: 'file', path: '/var/log/events.jsonl', format: 'go-rtmp', retries: 0 },
  { type: 'stdio', format: 'go-rtmp-env', streams: ['live/**'] },
  { type: 'command', command: ['true'] },
]

for (const written of good) {
  test(`hook: ${JSON.stringify(written)} is one`, () => assert.deepEqual(problemsOf(written), []))
}

const wrong: readonly { readonly written: Written; readonly keys: readonly string[] }[] = [
  { written: { type: 'kafka' }, keys: ['servers', 'topic'] },
  {
    written: { type: 'kafka', servers: ['kafka'], topic: 'a b', url: 'http://host/' },
    keys: ['url', 'servers', 'topic'],
  },
  { written: { type: 'kafka', servers: ['user:s3cret@kafka:9092'], topic: '..' }, keys: ['servers', 'topic'] },
  { written: { type: 'nats', servers: ['nats:4222'], subject: 'all.>' }, keys: ['subject'] },
  { written: { type: 'nats', servers: ['nats:4222'], subject: 'a..{type}' }, keys: ['subject'] },
  { written: { type: 'nats', servers: ['nats:4222'], subject: '{name}' }, keys: ['subject'] },
  { written: { type: 'file', path: 'events.jsonl', format: 'go-rtmp-env' }, keys: ['path', 'format'] },
  { written: { type: 'stdio', retries: 3 }, keys: ['retries'] },
]

for (const { written, keys } of wrong) {
  test(`hook: ${JSON.stringify(written)} is wrong about ${keys.join(', ')}`, () => {
    const problems = problemsOf(written)
    assert.deepEqual(
      problems.map(({ key }) => key),
      keys,
    )
    assert.doesNotMatch(JSON.stringify(problems), /s3cret/)
  })
}
