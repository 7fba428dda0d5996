import assert from 'node:assert/strict'
import { test } from 'vitest'
import { eventTypes, typesCovered } from './event-names.ts'

test('event names: a pattern covers types, all of them or one', () => {
  assert.deepEqual(typesCovered('publish.*'), ['publish.started', 'publish.stopped', 'publish.refused'])
  assert.deepEqual(typesCovered('*.refused'), ['publish.refused', 'play.refused'])
  assert.deepEqual(typesCovered('*'), eventTypes)
  assert.deepEqual(typesCovered('codec.detected'), ['codec.detected'])
})

test('event names: the twelve of go-rtmp mean ours', () => {
  const names = [
    'connection_accept',
    'connection_close',
    'handshake_complete',
    'stream_create',
    'stream_delete',
  ].concat([
    'publish_start',
    'publish_stop',
    'play_start',
    'play_stop',
    'codec_detected',
    'subscriber_count',
    'auth_failed',
  ])
  for (const name of names) assert.equal(typesCovered(name).length, 1, name)
  assert.deepEqual(typesCovered('publish_start'), ['publish.started'])
})

test('event names: what covers nothing is no pattern', () => {
  for (const pattern of ['', 'publish', 'publish.begun', 'publish.(started|stopped)', '[a-z]', 'Publish.*']) {
    assert.deepEqual(typesCovered(pattern), [], pattern)
  }
})
