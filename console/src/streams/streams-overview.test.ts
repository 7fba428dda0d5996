import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { StreamStatus } from '../api/sluice-api.ts'
import { selectStreams, summarize } from './streams-overview.ts'

function stream(name: string, state: StreamStatus['state'], bitrate = 0, viewerCount = 0): StreamStatus {
  return {
    name,
    state,
    bitrate,
    viewerCount,
    startedAt: null,
    uptimeSeconds: 0,
    publisher: null,
    tracks: [],
    bytesIn: 0,
    framesIn: 0,
    recording: false,
    title: null,
  }
}

test('streams overview: viewers wait too, bits come only from live streams', () => {
  const streams = [stream('a', 'live', 1000, 2), stream('b', 'waiting', 500, 3), stream('c', 'live', 250, 0)]
  assert.deepEqual(summarize(streams), { live: 2, waiting: 1, viewers: 5, bitrate: 1250 })
})

test('streams overview: live streams come first, numbers sort as numbers', () => {
  const streams = [stream('cam/10', 'live'), stream('alpha', 'waiting'), stream('cam/9', 'live')]
  const names = selectStreams(streams, '').map(({ name }) => name)
  assert.deepEqual(names, ['cam/9', 'cam/10', 'alpha'])
})

test('streams overview: the filter ignores case and outer space', () => {
  const streams = [stream('cam/Roof', 'live'), stream('live/test', 'live')]
  assert.deepEqual(
    selectStreams(streams, ' ROOF ').map(({ name }) => name),
    ['cam/Roof'],
  )
})
