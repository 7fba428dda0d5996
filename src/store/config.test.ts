import assert from 'node:assert/strict'
import { test } from 'vitest'
import { hideStoreUrl, storeConfig } from './config.ts'

test('store.url: what may be shown of it', () => {
  const shown = {
    'json:data': 'json:data',
    'sqlite:/var/lib/a?b.db': 'sqlite:/var/lib/a?b.db',
    'postgres://me:word@host:5433/live': 'postgres://***@host:5433/live',
    'mysql://me@host/live?sslmode=require': 'mysql://***@host/live?***',
    'mongodb://a,b/live?tlsCertificateKeyFilePassword=word': 'mongodb://a,b/live?***',
  }
  for (const [text, expected] of Object.entries(shown)) assert.equal(hideStoreUrl(text), expected)
})

test('store.url: the default, a wrong one, and one that is still hidden', () => {
  const { url } = storeConfig.properties
  assert.deepEqual(url.parse('json:data'), { value: { kind: 'json', folder: 'data' } })
  assert.equal(url.parse('data'), undefined)
  assert.deepEqual(url.parse('postgres://me:word@host/'), {
    problem: 'Cannot use the URL postgres://…: it must name a database after the host',
  })
  assert.deepEqual(url.parse('postgres://***@host/live'), {
    problem: 'A part of it is hidden (***): write it out',
  })
  assert.equal(url.secret, true)
})
