import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../../contracts/metrics.ts'
import type { Dvr } from './dvr.ts'
import type { DvrTotals } from './dvr-report.ts'

const totals: readonly (readonly [name: string, help: string, key: keyof DvrTotals])[] = [
  ['sluice_dvr_segments_total', 'Segments written, in all renditions', 'segments'],
  ['sluice_dvr_written_bytes_total', 'Bytes of the segments written', 'bytes'],
  ['sluice_dvr_segments_lost_total', 'Segments that the disk could not take', 'lost'],
  ['sluice_dvr_segments_removed_total', 'Segments removed because they were too old or too many', 'removed'],
]

/** All streams together. */
export function dvrMetrics(dvr: Pick<Dvr, 'activeCount' | 'bytes' | 'totals'>): MetricSource {
  return registry => {
    gauge('sluice_dvr_streams', 'Streams whose segments are being kept', () => dvr.activeCount)
    gauge('sluice_dvr_bytes', 'Bytes of the segments on disk', () => dvr.bytes)
    for (const [name, help, key] of totals) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(dvr.totals[key])
        },
      })
    }

    function gauge(name: string, help: string, read: () => number): void {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read())
        },
      })
    }
  }
}
