import assert from 'node:assert/strict'
import { test } from 'vitest'
import { publishStarted, publishStopped } from '../../test/support/hook-events.ts'
import type { ServerEvent } from '../contracts/events.ts'
import { srsEvent } from './srs-event.ts'

const who = { connection: 'rtmp-1', protocol: 'rtmp', peer: '2001:db8::1:5000', url: 'rtmp://host/a/b', query: 'v=1' }

/** Fields as "HTTP Callback" of SRS 6 lists them. */
test('SRS event: each callback has its fields', () => {
  const common = ['server_id', 'service_id', 'action', 'client_id', 'ip', 'vhost', 'app']
  const stream = [...common, 'tcUrl', 'stream', 'param', 'stream_url', 'stream_id']
  const closed = { code: 'RTMP_CLOSED', reason: '', durationMs: 1, bytesReceived: 7, bytesSent: 8 }
  const cases: [ServerEvent, string, string[]][] = [
    [{ type: 'connection.connected', ...who }, 'on_connect', [...common, 'tcUrl', 'pageUrl', 'stream', 'param']],
    [{ type: 'connection.closed', ...who, ...closed }, 'on_close', [...common, 'send_bytes', 'recv_bytes']],
    [publishStarted(), 'on_publish', stream],
    [publishStopped(), 'on_unpublish', stream],
    [{ type: 'play.started', stream: 'a/b', ...who }, 'on_play', [...stream, 'pageUrl']],
    [{ type: 'play.stopped', stream: 'a/b', ...who, reason: '', durationMs: 1, bytes: 1 }, 'on_stop', stream],
    [
      { type: 'recording.segment', stream: 'a/b', file: 'r/a.flv', bytes: 1, durationMs: 1, number: 1 },
      'on_dvr',
      [...stream, 'cwd', 'file'],
    ],
  ]
  for (const [event, action, fields] of cases) {
    const body = srsEvent(event) ?? assert.fail(action)
    assert.equal(body['action'], action)
    assert.deepEqual(Object.keys(body).sort(), [...fields].sort(), action)
  }
})

test('SRS event: the application of a connection is what follows the host', () => {
  const { app, ip, param } = srsEvent({ type: 'connection.connected', ...who }) ?? {}
  assert.deepEqual([app, ip, param], ['a/b', '2001:db8::1', '?v=1'])
  assert.equal(srsEvent({ type: 'connection.connected', ...who, url: 'garbage' })?.['app'], '')
})
