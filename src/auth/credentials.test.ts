import assert from 'node:assert/strict'
import { test } from 'vitest'
import { credentialsOf, isEmpty, tokenOf } from './credentials.ts'

const none = {}

for (const { query, shown } of [
  { query: '', shown: {} },
  { query: 'token=abc&wait=10s', shown: { token: 'abc' } },
  { query: 'jwt=a.b.c', shown: { token: 'a.b.c' } },
  { query: 'token=&jwt=a.b.c', shown: { token: 'a.b.c' } },
  { query: 'user=eva&pass=p%20q', shown: { user: 'eva', password: 'p q' } },
  { query: 'user=eva&password=p%26q', shown: { user: 'eva', password: 'p&q' } },
  { query: `token=${'a'.repeat(20_000)}`, shown: {} },
]) {
  test(`credentials: of ?${query.slice(0, 40)}`, () => {
    assert.deepEqual(credentialsOf({ credentials: none, query }), shown)
  })
}

test('credentials: a header counts more than the URL', () => {
  const credentials = { user: 'eva', password: 'secret' }
  assert.deepEqual(credentialsOf({ credentials, query: 'user=adam&pass=other&token=t' }), {
    user: 'eva',
    password: 'secret',
    token: 't',
  })
})

test('credentials: a user alone shows nothing', () => {
  assert.equal(isEmpty({ user: 'eva' }), true)
  assert.equal(isEmpty({ password: 'x' }), false)
  assert.equal(isEmpty({ token: 'x' }), false)
})

test('credentials: a password stands in for a token', () => {
  assert.equal(tokenOf({ user: 'any', password: 'x' }), 'x')
  assert.equal(tokenOf({ password: 'x', token: 'y' }), 'y')
})
