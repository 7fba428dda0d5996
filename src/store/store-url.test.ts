import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseStoreUrl, withPassword } from './store-url.ts'

test('store URL: files', () => {
  assert.deepEqual(parseStoreUrl('json:data'), { kind: 'json', folder: 'data' })
  assert.deepEqual(parseStoreUrl('sqlite:/var/lib/sluice.db'), { kind: 'sqlite', file: '/var/lib/sluice.db' })
  for (const text of ['json:', 'data', 'redis://host', '']) assert.equal(parseStoreUrl(text), undefined)
})

test('store URL: servers of SQL', () => {
  assert.deepEqual(parseStoreUrl('postgres://me:p%40ss@db.example/live'), {
    ...{ kind: 'postgres', place: 'postgres://db.example/live', host: 'db.example', port: 5432, socket: undefined },
    ...{ user: 'me', password: 'p@ss', database: 'live', tls: 'disable', caFile: undefined },
  })
  assert.deepEqual(parseStoreUrl('mariadb://me@[::1]:3307/live?sslmode=require&socket=/run/m.sock'), {
    ...{ kind: 'mysql', place: 'mariadb://[::1]:3307/live', host: '::1', port: 3307, socket: '/run/m.sock' },
    ...{ user: 'me', password: '', database: 'live', tls: 'require', caFile: undefined },
  })
})

test('store URL: MongoDB, one host or several', () => {
  assert.deepEqual(parseStoreUrl('mongodb://me:a%3Ab@one:1,two:2/?replicaSet=rs0'), {
    ...{ kind: 'mongodb', place: 'mongodb://one:1,two:2/sluice', url: 'mongodb://one:1,two:2/?replicaSet=rs0' },
    ...{ user: 'me', password: 'a:b', database: 'sluice' },
  })
  assert.deepEqual(parseStoreUrl('mongodb+srv://cluster.example/live'), {
    ...{ kind: 'mongodb', place: 'mongodb+srv://cluster.example/live', url: 'mongodb+srv://cluster.example/live' },
    ...{ user: '', password: '', database: 'live' },
  })
})

test('store URL: what cannot be used is said without anything secret', () => {
  const wrong = {
    'postgres://me:secret@host/': /must name a database/,
    'postgres://host/live?x': /its parameters are sslmode, sslrootcert, socket, one is x/,
    'postgres://host/live': /must name a user/,
    'mysql://me:secret@host/live?sslmode=maybe': /sslmode must be disable, require or verify-full, is "maybe"/,
    'mysql://me:secret@host/live?sslmode=require&sslrootcert=x': /sslrootcert is for sslmode=verify-full/,
    'mysql://me:secret@192.0.2.1/live?sslrootcert=x': /needs the name of a host/,
    'mysql://me:%secret@host/live': /only as %25/,
    'postgres://me:secret@ho st/live': /must look like/,
    'mongodb://me:secret@/x': /must look like/,
  }
  for (const [text, message] of Object.entries(wrong)) {
    assert.throws(
      () => parseStoreUrl(text),
      (error: Error) => message.test(error.message) && !error.message.includes('secret'),
      text,
    )
  }
})

test('store URL: a password of a file', () => {
  const url = parseStoreUrl('mysql://me@host/live')
  assert(url?.kind === 'mysql')
  assert.equal(withPassword(url, 'word').password, 'word')
  assert.throws(() => withPassword({ ...url, password: 'other' }, 'word'), /in the URL and in a file/)
  assert.throws(() => withPassword({ ...url, user: '' }, 'word'), /must name the user/)
})
