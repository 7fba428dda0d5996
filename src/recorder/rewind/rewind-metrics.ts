import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../../contracts/metrics.ts'
import type { Rewinders, RewindTotals } from './rewinders.ts'

const totals: readonly (readonly [name: string, help: string, key: keyof RewindTotals])[] = [
  ['sluice_dvr_rewinds_total', 'Viewers who began to play what is kept as a stream', 'rewinds'],
  ['sluice_dvr_rewinds_refused_total', 'Viewers refused because too many were rewinding', 'refused'],
]

/** All streams together. */
export function rewindMetrics(rewinders: Pick<Rewinders, 'activeCount' | 'totals'>): MetricSource {
  return registry => {
    new Gauge({
      name: 'sluice_dvr_rewinders',
      help: 'Viewers who play what is kept as a stream, those included who have come to live',
      registers: [registry],
      collect() {
        this.set(rewinders.activeCount)
      },
    })
    for (const [name, help, key] of totals) {
      new Counter({
        name,
        help,
        registers: [registry],
        collect() {
          this.reset()
          this.inc(rewinders.totals[key])
        },
      })
    }
  }
}
