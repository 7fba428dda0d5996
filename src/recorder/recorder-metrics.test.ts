import assert from 'node:assert/strict'
import { Registry } from 'prom-client'
import { test } from 'vitest'
import { recorderMetrics } from './recorder-metrics.ts'

test('recorder metrics: read when asked', async () => {
  const registry = new Registry()
  const recorder = {
    activeCount: 2,
    totals: { files: 5, bytesWritten: 1000, framesDropped: 3, framesMalformed: 4, failures: 1 },
  }
  recorderMetrics(recorder)(registry)
  recorder.totals.bytesWritten = 2000
  const values = await Promise.all(
    [
      'recordings',
      'files_total',
      'bytes_total',
      'frames_dropped_total',
      'frames_malformed_total',
      'failures_total',
    ].map(async name => {
      const metric = await registry.getSingleMetric(`sluice_recorder_${name}`)?.get()
      return metric?.values[0]?.value
    }),
  )
  assert.deepEqual(values, [2, 5, 2000, 3, 4, 1])
})
