import type { HealthCheck } from '../contracts/health.ts'
import type { MetricSource } from '../contracts/metrics.ts'

/** What `/readyz` says, without the words. */
export function healthMetrics(checks: readonly HealthCheck[]): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_health_ok',
      help: '0 while something is wrong with this part of the server, as a problem or as a warning, else 1',
      labels: ['check'],
      read: () =>
        checks.map(({ name, problem }) => ({ labels: { check: name }, value: problem() === undefined ? 1 : 0 })),
    },
  ]
}
