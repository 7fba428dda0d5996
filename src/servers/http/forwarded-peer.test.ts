import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parseNetwork } from '../../config/network.ts'
import { forwardedPeer } from './forwarded-peer.ts'

const trusted = ['127.0.0.0/8', '::1', '10.9.0.0/16'].flatMap(text => parseNetwork(text) ?? [])

for (const { peer, forwardedFor, client } of [
  { peer: '10.0.0.9:1000', forwardedFor: undefined, client: '10.0.0.9:1000' },
  { peer: '127.0.0.1:1000', forwardedFor: undefined, client: '127.0.0.1:1000' },
  // Only trusted proxies are believed, and of their list only what they have added themselves.
  { peer: '10.0.0.9:1000', forwardedFor: '127.0.0.1', client: '10.0.0.9:1000' },
  { peer: '127.0.0.1:1000', forwardedFor: '203.0.113.7', client: '203.0.113.7:0' },
  { peer: '::ffff:127.0.0.1:1000', forwardedFor: '203.0.113.7', client: '203.0.113.7:0' },
  { peer: '::1:1000', forwardedFor: '127.0.0.1, 203.0.113.7', client: '203.0.113.7:0' },
  { peer: '127.0.0.1:1000', forwardedFor: '198.51.100.1, 203.0.113.7, 10.9.8.7', client: '203.0.113.7:0' },
  { peer: '127.0.0.1:1000', forwardedFor: ['127.0.0.1', '2001:db8::1'], client: '2001:db8::1:0' },
  { peer: '127.0.0.1:1000', forwardedFor: '127.0.0.2', client: '127.0.0.2:0' },
  { peer: '127.0.0.1:1000', forwardedFor: 'unknown', client: '?:0' },
  { peer: '127.0.0.1:1000', forwardedFor: '', client: '?:0' },
  { peer: '?', forwardedFor: '127.0.0.1', client: '?' },
]) {
  test(`forwarded peer: ${peer} for ${String(forwardedFor)} is ${client}`, () => {
    assert.equal(forwardedPeer(peer, forwardedFor, trusted), client)
  })
}
