import assert from 'node:assert/strict'
import { test } from 'vitest'
import { StoreError } from '../core/errors.ts'
import { failureOf } from './failure.ts'

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })

test('failure: what the system says, in our words, however deep it is', () => {
  const message = 'Cannot use the store mysql://host/live: nobody listens there (connection refused)'
  for (const error of [
    refused,
    new Error('no server', { cause: new Error('no connection', { cause: refused }) }),
    new AggregateError([refused, new Error('connect EHOSTUNREACH')]),
  ]) {
    const failure = failureOf('mysql://host/live', error)
    assert.deepEqual([failure.fault, failure.message, failure.cause], ['unavailable', message, error])
  }
})

test('failure: what the database explains comes first', () => {
  const failure = failureOf('sluice.db', refused, () => ({ fault: 'damaged', reason: 'it is torn' }))
  assert.deepEqual([failure.fault, failure.message], ['damaged', 'Cannot use the store sluice.db: it is torn'])
})

test('failure: what nobody knows is told as it came', () => {
  assert.equal(failureOf('a', new Error('odd')).message, 'Cannot use the store a: odd')
  const failure = new StoreError('conflict', 'Cannot change a: it is not there')
  assert.equal(failureOf('a', failure), failure)
})
