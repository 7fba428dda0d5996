import type { Metric, MetricSource } from '../contracts/metrics.ts'
import type { Recorder, RecorderTotals } from './recorder.ts'

const totals: readonly (readonly [name: string, help: string, key: keyof RecorderTotals])[] = [
  ['sluice_recorder_files_total', 'Files that were completed', 'files'],
  ['sluice_recorder_bytes_total', 'Bytes written to recordings', 'bytesWritten'],
  ['sluice_recorder_frames_dropped_total', 'Frames lost because the disk was too slow', 'framesDropped'],
  [
    'sluice_recorder_frames_malformed_total',
    'Frames left out because they are not what their codec says',
    'framesMalformed',
  ],
  ['sluice_recorder_failures_total', 'Recordings that ended before their stream did', 'failures'],
]

/** All recordings since the start, together. */
export function recorderMetrics(recorder: Pick<Recorder, 'activeCount' | 'totals'>): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_recorder_recordings',
      help: 'Recordings in progress',
      read: () => recorder.activeCount,
    },
    ...totals.map(([name, help, key]): Metric => ({ type: 'counter', name, help, read: () => recorder.totals[key] })),
  ]
}
