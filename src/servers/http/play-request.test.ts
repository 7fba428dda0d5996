import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RequestError } from '../../core/errors.ts'
import { parsePlayRequest } from './play-request.ts'

test('play request: a name and how long to wait for it', () => {
  assert.deepEqual(parsePlayRequest('live/test.flv', undefined, '.flv'), { name: 'live/test', wait: undefined })
  assert.deepEqual(parsePlayRequest('live/test.flv', '10s', '.flv'), { name: 'live/test', wait: 10_000 })
  assert.deepEqual(parsePlayRequest('live/test.flv', '0', '.flv'), { name: 'live/test', wait: 0 })
})

test('play request: only the last extension is not part of the name', () => {
  assert.equal(parsePlayRequest('a.flv.flv', undefined, '.flv').name, 'a.flv')
})

for (const path of ['', '.flv', 'a', 'a.ts', '../a.flv', 'a b.flv', 'a/./b.flv', 'ä.flv']) {
  test(`play request: "${path}" names no stream`, () => {
    assert.throws(() => parsePlayRequest(path, undefined, '.flv'), RequestError)
  })
}

for (const wait of ['', 'soon', '-1s', '1.5s', ['1s', '2s'], 5]) {
  test(`play request: ${JSON.stringify(wait)} is no time to wait`, () => {
    assert.throws(() => parsePlayRequest('a.flv', wait, '.flv'), RequestError)
  })
}
