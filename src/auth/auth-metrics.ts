import type { MetricSource } from '../contracts/metrics.ts'
import type { AccessControl } from './access-control.ts'

/** Who was let in, who was not, and why. */
export function authMetrics(access: Pick<AccessControl, 'counters' | 'blockedCount'>): MetricSource {
  return [
    {
      type: 'counter',
      name: 'sluice_auth_requests_total',
      help: 'Requests to publish, play, read the API or the metrics, by what became of them',
      labels: ['action', 'result'],
      read: () =>
        Object.entries(access.counters).flatMap(([action, results]) =>
          Object.entries(results).map(([result, value]) => ({ labels: { action, result }, value })),
        ),
    },
    {
      type: 'gauge',
      name: 'sluice_auth_blocked_addresses',
      help: 'Addresses that are refused unheard, because too many wrong attempts came from them',
      read: () => access.blockedCount,
    },
  ]
}
