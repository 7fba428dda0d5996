import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { test } from 'vitest'
import { ConfigError } from '../core/errors.ts'
import { explainStartError } from './start-error.ts'

test('start error: a port that is taken', async () => {
  const first = createServer().listen(0, '127.0.0.1')
  await once(first, 'listening')
  const address = first.address()
  assert.ok(address !== null && typeof address === 'object')
  const second = createServer().listen(address.port, '127.0.0.1')
  const [error] = await once(second, 'error').catch(caught => [caught])
  first.close()
  assert.equal(explainStartError(error), `Cannot listen on 127.0.0.1:${address.port}: another program listens there`)
})

test('start error: a folder that cannot be made', async () => {
  const error = await mkdir('/dev/null/recordings').catch(caught => caught)
  assert.equal(explainStartError(error), 'Cannot use /dev/null/recordings: a part of the path is not a folder')
})

for (const [name, error, sentence] of [
  [
    'every address',
    { code: 'EACCES', syscall: 'listen', address: '::', port: 80 },
    'Cannot listen on :80: permission denied',
  ],
  [
    'IPv6',
    { code: 'EADDRNOTAVAIL', syscall: 'bind', address: '2001:db8::1', port: 80 },
    'Cannot listen on [2001:db8::1]:80: this machine has no such address',
  ],
  ['a call we do not know', { code: 'EIO', syscall: 'read' }, 'EIO: i/o error'],
] as const) {
  test(`start error: ${name}`, () => {
    assert.equal(explainStartError(Object.assign(new Error('EIO: i/o error'), error)), sentence)
  })
}

test('start error: our own errors say it themselves', () => {
  assert.equal(explainStartError(new ConfigError('a', 'Cannot use a: it must be b')), 'Cannot use a: it must be b')
  assert.equal(explainStartError('why'), 'Cannot start: why')
})
