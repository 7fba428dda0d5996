import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { AccessControl } from './access-control.ts'

/** Who was let in, who was not, and why. */
export function authMetrics(access: Pick<AccessControl, 'counters' | 'blockedCount'>): MetricSource {
  return registry => {
    new Counter({
      name: 'sluice_auth_requests_total',
      help: 'Requests to publish, play, read the API or the metrics, by what became of them',
      labelNames: ['action', 'result'],
      registers: [registry],
      collect() {
        this.reset()
        for (const [action, results] of Object.entries(access.counters)) {
          for (const [result, count] of Object.entries(results)) this.inc({ action, result }, count)
        }
      },
    })
    new Gauge({
      name: 'sluice_auth_blocked_addresses',
      help: 'Addresses that are refused unheard, because too many wrong attempts came from them',
      registers: [registry],
      collect() {
        this.set(access.blockedCount)
      },
    })
  }
}
