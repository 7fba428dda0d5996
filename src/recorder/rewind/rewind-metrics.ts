import type { MetricSource } from '../../contracts/metrics.ts'
import type { Rewinders } from './rewinders.ts'

/** All streams together. */
export function rewindMetrics(rewinders: Pick<Rewinders, 'activeCount' | 'totals'>): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_dvr_rewinders',
      help: 'Viewers who play what is kept as a stream, those included who have come to live',
      read: () => rewinders.activeCount,
    },
    {
      type: 'counter',
      name: 'sluice_dvr_rewinds_total',
      help: 'Viewers who began to play what is kept as a stream',
      read: () => rewinders.totals.rewinds,
    },
    {
      type: 'counter',
      name: 'sluice_dvr_rewinds_refused_total',
      help: 'Viewers refused because too many were rewinding',
      read: () => rewinders.totals.refused,
    },
  ]
}
