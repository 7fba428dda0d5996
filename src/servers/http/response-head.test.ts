import assert from 'node:assert/strict'
import { test } from 'vitest'
import { encodePlaybackHead } from './response-head.ts'

test('response head: fields of hooks, then those of playback', () => {
  const lines = encodePlaybackHead(
    'video/x-flv',
    { vary: 'Origin', 'set-cookie': ['a=1', 'b=2'], 'content-length': undefined },
    false,
  ).split('\r\n')
  assert.match(lines.splice(1, 1)[0] ?? '', /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/)
  assert.deepEqual(lines, [
    'HTTP/1.1 200 OK',
    'vary: Origin',
    'set-cookie: a=1',
    'set-cookie: b=2',
    'Content-Type: video/x-flv',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    '',
  ])
})

test('response head: chunks are announced', () => {
  assert.match(encodePlaybackHead('video/mp2t', {}, true), /\r\nTransfer-Encoding: chunked\r\n/)
})
