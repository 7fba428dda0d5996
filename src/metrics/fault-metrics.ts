import type { MetricSource } from '../contracts/metrics.ts'
import type { TsFaults } from '../formats/mpegts/ts-faults.ts'
import type { ReportBook } from './report-book.ts'

/** Label of each kind of fault. Bytes are not counted with what are packets and units. */
const faults = {
  continuity: 'continuityErrors',
  transport: 'transportErrors',
  scrambled: 'scrambledPackets',
  damaged: 'damagedUnits',
} as const satisfies Record<string, keyof TsFaults>

/** What was not as it should be in the containers that publishers send. */
export function faultMetrics(reports: ReportBook<TsFaults>): MetricSource {
  return [
    {
      type: 'counter',
      name: 'sluice_stream_faults_total',
      help: 'Faults of the MPEG-TS or Matroska that is published: gaps in the continuity, and what was left out',
      labels: ['stream', 'fault'],
      read: () =>
        [...reports.byStream()].flatMap(([stream, counted]) =>
          Object.entries(faults).map(([fault, name]) => ({ labels: { stream, fault }, value: counted[name] })),
        ),
    },
    {
      type: 'counter',
      name: 'sluice_stream_bytes_skipped_total',
      help: 'Bytes of the MPEG-TS or Matroska that is published that belonged to nothing',
      labels: ['stream'],
      read: () => [...reports.byStream()].map(([stream, { skippedBytes: value }]) => ({ labels: { stream }, value })),
    },
  ]
}
