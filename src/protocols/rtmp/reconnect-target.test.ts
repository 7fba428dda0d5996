import assert from 'node:assert/strict'
import { test } from 'vitest'
import { isReconnectTarget } from './reconnect-target.ts'

/** The first four are the examples of Enhanced RTMP v2, table of the Reconnect Request's Info Object. */
const targets: [string, boolean][] = [
  ['rtmp://foo.mydomain.com:1935/realtimeapp', true],
  ['rtmp://127.0.0.1/realtimeapp', true],
  ['//192.0.2.0/realtimeapp', true],
  ['/realtimeapp', true],
  ['rtmps://[::1]:1936/live', true],
  ['', false],
  ['/', false],
  ['//host', false],
  ['rtmp://host', false],
  ['rtmp:/live', false],
  ['live', false],
  ['http://host/live', false],
  ['rtmp://host/li ve', false],
  [`/${'a'.repeat(1024)}`, false],
]

for (const [target, isOne] of targets) {
  test(`reconnect target: ${target.slice(0, 40)} is ${isOne ? 'one' : 'none'}`, () => {
    assert.equal(isReconnectTarget(target), isOne)
  })
}
