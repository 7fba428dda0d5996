import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseDirectives, readPlaylistPath } from './hls-request.ts'

test('hls request: what a player waits for', () => {
  const query = new URLSearchParams('_HLS_msn=12&_HLS_part=3&_HLS_skip=v2&token=x')
  assert.deepEqual(parseDirectives(query), { blocking: { number: 12, part: 3 }, isDelta: true })
  assert.deepEqual(parseDirectives(new URLSearchParams('')), { blocking: undefined, isDelta: false })
})

for (const query of ['_HLS_msn=-1', '_HLS_msn=1e9', '_HLS_msn=', '_HLS_part=1', '_HLS_msn=1&_HLS_part=x']) {
  test(`hls request: ${query} is refused in words`, () => {
    assert.throws(() => parseDirectives(new URLSearchParams(query)), { statusCode: 400 })
  })
}

test('hls request: a path has two readings', () => {
  assert.deepEqual(readPlaylistPath('live/test/index.m3u8'), {
    inFolder: { stream: 'live/test', playlist: 'index' },
    short: 'live/test/index',
  })
  assert.deepEqual(readPlaylistPath('test.m3u8'), { inFolder: undefined, short: 'test' })
})
