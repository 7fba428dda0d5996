import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'vitest'
import { isForeignChange } from './foreign-page.ts'

const host = 'media.example:8080'
const judge = (headers: IncomingHttpHeaders, allowed: readonly string[] = ['*'], method = 'POST'): boolean =>
  isForeignChange({ method, headers: { host, ...headers } }, allowed)

test('foreign page: may not change anything', () => {
  assert.ok(judge({ origin: 'https://evil.example' }))
  assert.ok(judge({ origin: 'http://media.example' }))
  assert.ok(judge({ origin: 'null' }))
  assert.ok(judge({ origin: 'http://media.example:8080', 'sec-fetch-site': 'cross-site' }))
  assert.ok(judge({ 'sec-fetch-site': 'same-site' }))
  assert.ok(judge({ origin: 'https://evil.example' }, ['*'], 'DELETE'))
})

test('foreign page: may look', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.ok(!judge({ origin: 'https://a.example' }, [], method))
})

test('foreign page: our own is none, behind a proxy that changes the host neither', () => {
  assert.ok(!judge({ origin: 'http://media.example:8080' }, []))
  assert.ok(!judge({ origin: 'https://public.example', 'sec-fetch-site': 'same-origin' }, []))
  assert.ok(!judge({ 'sec-fetch-site': 'none' }))
})

test('foreign page: one whose origin is allowed by name may change things', () => {
  const headers = { origin: 'https://a.example', 'sec-fetch-site': 'cross-site' }
  assert.ok(!judge(headers, ['https://a.example']))
  assert.ok(judge(headers, ['https://b.example']))
})

test('foreign page: a program is none', () => {
  assert.ok(!judge({}))
})
