import assert from 'node:assert/strict'
import { test } from 'vitest'
import { accessRequest } from './access-request.ts'

const viewer = { id: 'http-1', protocol: 'http-flv', peer: '::ffff:10.0.0.9:5000' }

test('access request: holds what the header and the URL say', () => {
  const headers = { authorization: 'Bearer abc', 'user-agent': 'VLC/3' }
  assert.deepEqual(accessRequest('play', 'live/a', viewer, { headers, url: '/live/a.flv?token=x&wait=1s' }), {
    action: 'play',
    stream: 'live/a',
    protocol: 'http-flv',
    connection: 'http-1',
    address: '10.0.0.9',
    port: 5000,
    credentials: { token: 'abc' },
    query: 'token=x&wait=1s',
    url: '',
    userAgent: 'VLC/3',
  })
})
