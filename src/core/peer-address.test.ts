import assert from 'node:assert/strict'
import { test } from 'vitest'
import { splitPeer } from './peer-address.ts'

for (const [peer, address, port] of [
  ['10.0.0.1:4321', '10.0.0.1', 4321],
  ['::1:4321', '::1', 4321],
  ['::ffff:127.0.0.1:4321', '127.0.0.1', 4321],
  ['2001:db8::1:0', '2001:db8::1', 0],
  ['?:0', '?', 0],
  ['?', '?', 0],
] as const) {
  test(`peer address: ${peer}`, () => assert.deepEqual(splitPeer(peer), { address, port }))
}
