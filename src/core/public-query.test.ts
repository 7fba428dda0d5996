import assert from 'node:assert/strict'
import { test } from 'vitest'
import { withoutCredentials } from './public-query.ts'

test('public query: what lets somebody in falls away, however it is written', () => {
  assert.equal(withoutCredentials('user=eva&pass=s3cret&wait=5s&x=%26;$(id)'), 'user=eva&wait=5s&x=%26;$(id)')
  assert.equal(withoutCredentials('Token=a&jwt=b&p%61ssword=c&+=d'), '+=d')
  assert.equal(withoutCredentials('token'), '')
  assert.equal(withoutCredentials(''), '')
})
