import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hideSecrets } from '../config/document-secrets.ts'
import { hookDocument, readHook, refusedToApi, writtenHook } from './read-hook.ts'

test('hook document: what is left out is missing, what is written has its value', () => {
  const reading = readHook({ url: 'https://host/', timeout: '3s', events: ['publish.*'] })
  assert.deepEqual(reading, { ok: true, value: { url: 'https://host/', timeout: 3000, events: ['publish.*'] } })
})

test('hook document: everything that is wrong is told at once, and no secret', () => {
  const reading = readHook({
    type: 'kafka',
    topic: 'a b',
    password: 's3cret',
    batch: 2,
    nonsense: 1,
    streams: ['a//b'],
  })
  assert.equal(reading.ok, false)
  assert.deepEqual(reading.ok || reading.problems.map(({ pointer }) => pointer), ['/nonsense', '/streams/0'])
  const second = readHook({ type: 'kafka', topic: 'a b', password: 's3cret', batch: 2 })
  assert.deepEqual(second.ok || second.problems.map(({ pointer }) => pointer), ['/batch', '/servers', '/topic'])
  assert.doesNotMatch(JSON.stringify([reading, second]), /s3cret/)
})

test('hook document: programs and files are for the configuration file alone', () => {
  assert.deepEqual(refusedToApi({ type: 'command', command: ['true'] })[0]?.pointer, '/type')
  assert.deepEqual(refusedToApi({ type: 'file', path: '/etc/passwd' })[0]?.pointer, '/type')
  assert.deepEqual(refusedToApi({ url: 'https://host/' }), [])
})

test('hook document: a hook of the file is shown as it could have been written, without secrets', () => {
  const values = { url: 'https://host/SECRET', secret: 's3cret', timeout: 90_000, retryWait: 1500, batch: 3 }
  const document = writtenHook({ name: 'a', values })
  assert.deepEqual(readHook(document), { ok: true, value: values })
  assert.deepEqual(hideSecrets(hookDocument, document), {
    ...{ url: '***', secret: '***', timeout: '90000ms', retryWait: '1500ms', batch: 3 },
  })
})
