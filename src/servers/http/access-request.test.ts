import assert from 'node:assert/strict'
import { test } from 'vitest'
import { accessRequest, clientAddress } from './access-request.ts'

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

for (const { address, forwardedFor, client } of [
  { address: '10.0.0.9', forwardedFor: undefined, client: '10.0.0.9' },
  { address: '127.0.0.1', forwardedFor: undefined, client: '127.0.0.1' },
  // Only a proxy on this machine is believed, and of its list only what it has added itself.
  { address: '10.0.0.9', forwardedFor: '127.0.0.1', client: '10.0.0.9' },
  { address: '127.0.0.1', forwardedFor: '203.0.113.7', client: '203.0.113.7' },
  { address: '::1', forwardedFor: '127.0.0.1, 203.0.113.7', client: '203.0.113.7' },
  { address: '127.0.0.1', forwardedFor: ['127.0.0.1', '2001:db8::1'], client: '2001:db8::1' },
  { address: '127.0.0.1', forwardedFor: 'unknown', client: '' },
  { address: '127.0.0.1', forwardedFor: '', client: '' },
  { address: '?', forwardedFor: '127.0.0.1', client: '?' },
]) {
  test(`access request: ${address} for ${String(forwardedFor)} is ${client}`, () => {
    assert.equal(clientAddress(address, forwardedFor), client)
  })
}
