import assert from 'node:assert/strict'
import { test } from 'vitest'
import { recorderMetrics } from './recorder-metrics.ts'

test('recorder metrics: read when asked', () => {
  const recorder = {
    activeCount: 2,
    totals: { files: 5, bytesWritten: 1000, framesDropped: 3, framesMalformed: 4, failures: 1 },
  }
  const metrics = recorderMetrics(recorder)
  recorder.totals.bytesWritten = 2000
  assert.deepEqual(
    metrics.map(({ type, name, read }) => [type, name, read()]),
    [
      ['gauge', 'sluice_recorder_recordings', 2],
      ['counter', 'sluice_recorder_files_total', 5],
      ['counter', 'sluice_recorder_bytes_total', 2000],
      ['counter', 'sluice_recorder_frames_dropped_total', 3],
      ['counter', 'sluice_recorder_frames_malformed_total', 4],
      ['counter', 'sluice_recorder_failures_total', 1],
    ],
  )
})
