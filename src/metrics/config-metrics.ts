import type { ConfigState } from '../contracts/config-state.ts'
import type { MetricSource } from '../contracts/metrics.ts'

/** How the running server follows its configuration. */
export function configMetrics(config: ConfigState): MetricSource {
  return [
    {
      type: 'counter',
      name: 'sluice_config_reloads_total',
      help: 'Times that the configuration was read again, by what came of it',
      labels: ['result'],
      read: () => [
        { labels: { result: 'taken' }, value: config.reloads },
        { labels: { result: 'refused' }, value: config.failures },
      ],
    },
    {
      type: 'gauge',
      name: 'sluice_config_last_reload_timestamp_seconds',
      help: 'When a changed configuration was taken last; absent if none was since the start',
      read: () => config.lastReload && config.lastReload / 1000,
    },
    {
      type: 'gauge',
      name: 'sluice_config_restart_keys',
      help: 'Keys whose present value takes effect after a restart',
      read: () => config.needsRestart.length,
    },
  ]
}
