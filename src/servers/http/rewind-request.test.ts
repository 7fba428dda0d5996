import assert from 'node:assert/strict'
import { test } from 'vitest'
import { RequestError } from '../../core/errors.ts'
import { parseRewindRequest, type RewindQuery } from './rewind-request.ts'

const now = Date.UTC(2026, 10, 21, 9, 30)
const parse = (query: RewindQuery) => parseRewindRequest('live/test', query, now)

test('rewind request: without a time, the viewer begins with what is live', () => {
  assert.equal(parse({}), undefined)
})

test('rewind request: a time, or seconds back from now, at the speed of life or another', () => {
  assert.deepEqual(parse({ at: '2026-11-21T09:29:00Z' }), { at: now - 60_000, speed: 1 })
  assert.deepEqual(parse({ t: '-90' }), { at: now - 90_000, speed: 1 })
  assert.deepEqual(parse({ t: '-1.5', speed: '1.25' }), { at: now - 1500, speed: 1.25 })
})

for (const [query, message] of [
  [{ at: '2026-11-21T09:29:00Z', t: '-90' }, 'at and t say the same'],
  [{ speed: '2' }, 'speed goes with at or t'],
  [{ at: 'yesterday' }, 'at must be a time such as 2026-11-21T09:30:00Z'],
  [{ at: ['a', 'b'] }, 'at must be a time such as 2026-11-21T09:30:00Z'],
  [{ t: '90' }, 't must be seconds back from now, such as -90'],
  [{ t: '' }, 't must be seconds back from now, such as -90'],
  [{ t: '-1e9' }, 't must be seconds back from now, such as -90'],
  [{ t: '-90', speed: '0.5' }, 'speed must be a number from 1 to 8'],
  [{ t: '-90', speed: '9' }, 'speed must be a number from 1 to 8'],
  [{ t: '-90', speed: 'fast' }, 'speed must be a number from 1 to 8'],
] as const) {
  test(`rewind request: ${JSON.stringify(query)} is refused in words`, () => {
    assert.throws(() => parse(query), new RequestError(400, `Cannot rewind live/test: ${message}`))
  })
}
