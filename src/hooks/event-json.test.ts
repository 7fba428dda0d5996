import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishStarted, publishStopped, stamped } from '../../test/support/hook-events.ts'
import { formatEvent } from './event-json.ts'
import { eventVariables } from './event-variables.ts'
import { goRtmpEvent } from './go-rtmp-event.ts'

test('event JSON: what all events have stands outside, the rest in data', () => {
  const event = stamped(publishStarted('live/test', 'rtmp-7', 'x=1'))
  assert.deepEqual(JSON.parse(formatEvent(event)), {
    id: event.id,
    time: '2026-01-01T00:00:00.000Z',
    server: 'host',
    sequence: event.sequence,
    type: 'publish.started',
    stream: 'live/test',
    connection: 'rtmp-7',
    data: { protocol: 'rtmp', peer: '192.0.2.1:5000', url: 'rtmp://host/live', query: 'x=1' },
  })
  const { type, stream, connection } = JSON.parse(
    formatEvent(stamped({ type: 'config.reloaded', changed: ['a'], needsRestart: [] })),
  )
  assert.deepEqual([type, stream, connection], ['config.reloaded', undefined, undefined])
})

/** The fields are those that go-rtmp v0.4.0 was seen to send. */
test('go-rtmp event: its names, its fields, and its way to leave out what is empty', () => {
  assert.deepEqual(goRtmpEvent(stamped(publishStarted())), {
    type: 'publish_start',
    timestamp: Date.UTC(2026, 0, 1) / 1000,
    conn_id: 'rtmp-1',
    stream_key: 'live/test',
    data: { app: 'live', publishing_name: 'test' },
  })
  assert.deepEqual(goRtmpEvent(stamped(publishStopped())).data, {
    audio_packets: 10,
    video_packets: 20,
    total_bytes: 3000,
    audio_codec: 'AAC',
    video_codec: 'H.264',
    duration_sec: 2.5,
  })
  assert.deepEqual(goRtmpEvent(stamped({ type: 'stream.created', stream: 'a' })), {
    type: 'stream_create',
    timestamp: Date.UTC(2026, 0, 1) / 1000,
    stream_key: 'a',
  })
  assert.deepEqual(goRtmpEvent(stamped({ type: 'subscribers.changed', stream: 'a', count: 3 })).data, { count: 3 })
})

test('event variables: ours and those of go-rtmp, with no NUL and no length that the system refuses', () => {
  const variables = eventVariables(stamped(publishStarted('live/test', 'rtmp-1', `a=\0${'x'.repeat(100_000)}`)))
  assert.equal(variables['SLUICE_EVENT_TYPE'], 'publish.started')
  assert.equal(variables['SLUICE_EVENT_STREAM'], 'live/test')
  assert.equal(variables['SLUICE_EVENT_PEER'], '192.0.2.1:5000')
  assert.equal(variables['RTMP_EVENT_TYPE'], 'publish_start')
  assert.equal(variables['RTMP_STREAM_KEY'], 'live/test')
  assert.equal(variables['RTMP_PUBLISHING_NAME'], 'test')
  assert.equal(variables['SLUICE_EVENT_QUERY']?.length, 8192)
  assert.ok(Object.values(variables).every(value => !value.includes('\0')))
  assert.equal(eventVariables(stamped(publishStopped()))['SLUICE_EVENT_DURATION_MS'], '2500')
})
