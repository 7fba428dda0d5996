import type { MetricSource } from '../../src/contracts/metrics.ts'
import { MetricsRegistry } from '../../src/metrics/metrics-registry.ts'

/** What `GET /metrics` says of these metrics now. */
export function scrape(metrics: MetricSource): Promise<string> {
  return new MetricsRegistry([metrics]).text()
}
