import { authMetrics } from '../auth/auth-metrics.ts'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { HealthCheck } from '../contracts/health.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import { hookMetrics, journalMetrics } from '../hooks/hook-metrics.ts'
import { certificateMetrics } from '../listeners/certificate-metrics.ts'
import { configMetrics } from '../metrics/config-metrics.ts'
import { deliveryMetrics } from '../metrics/delivery-metrics.ts'
import { healthMetrics } from '../metrics/health-metrics.ts'
import { inputMetrics } from '../metrics/input-metrics.ts'
import { MetricsRegistry } from '../metrics/metrics-registry.ts'
import { nodeMetrics, processMetrics } from '../metrics/process-metrics.ts'
import { streamMetrics } from '../metrics/stream-metrics.ts'
import { diskMetrics } from '../recorder/disk-metrics.ts'
import { recorderMetrics } from '../recorder/recorder-metrics.ts'
import { relayMetrics } from '../relay/relay-metrics.ts'
import { storeMetrics } from '../store/store-metrics.ts'
import type { LiveSettings } from './live-settings.ts'
import type { Parts } from './parts.ts'

type Measured = Pick<
  Parts,
  | 'store'
  | 'journal'
  | 'hooks'
  | 'feeds'
  | 'disks'
  | 'recorder'
  | 'relays'
  | 'inputs'
  | 'packaging'
  | 'access'
  | 'certificates'
  | 'registry'
> & {
  readonly settings: LiveSettings
  readonly version: string
  readonly clock: Clock
  readonly config: ConfigState
  readonly checks: readonly HealthCheck[]
  /** Of what connections and contained faults say. */
  readonly reported: readonly MetricSource[]
}

/** What the parts tell of themselves that are there before the listeners. */
export function createMetrics({ registry, settings, version, clock, ...parts }: Measured): MetricsRegistry {
  const sources = [
    processMetrics({ version, mergeWindow: () => settings.mergeWindow }),
    streamMetrics({ registry, recordings: parts.recorder, clock }),
    deliveryMetrics(registry),
    diskMetrics(parts.disks),
    recorderMetrics(parts.recorder),
    ...parts.packaging.metrics,
    relayMetrics(parts.relays),
    inputMetrics(parts.inputs),
    authMetrics(parts.access),
    certificateMetrics(parts.certificates),
    hookMetrics(parts.hooks, clock),
    journalMetrics(parts.journal, parts.feeds),
    storeMetrics(parts.store),
    configMetrics(parts.config),
    healthMetrics(parts.checks),
    ...parts.reported,
  ]
  return new MetricsRegistry(sources, nodeMetrics())
}
