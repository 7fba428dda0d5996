import type { Registry } from 'prom-client'

/**
 * Metrics of one feature, registered once. Counting happens in plain fields; each metric reads them in its `collect`
 * when somebody asks.
 */
export type MetricSource = (registry: Registry) => void
