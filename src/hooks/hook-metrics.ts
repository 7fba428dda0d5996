import { Counter, Gauge } from 'prom-client'
import type { Hooks } from '../contracts/hooks.ts'
import type { MetricSource } from '../contracts/metrics.ts'

/** What became of the events that hooks were told of. */
export function hookMetrics(hooks: Pick<Hooks, 'list'>): MetricSource {
  return registry => {
    new Counter({
      name: 'sluice_hook_events_total',
      help: 'Events that a hook asked for, by what became of them',
      labelNames: ['hook', 'result'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, delivered, failed, dropped } of hooks.list()) {
          this.inc({ hook, result: 'delivered' }, delivered)
          this.inc({ hook, result: 'failed' }, failed)
          this.inc({ hook, result: 'dropped' }, dropped)
        }
      },
    })
    new Counter({
      name: 'sluice_hook_retries_total',
      help: 'Attempts to deliver an event beyond the first',
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, retries } of hooks.list()) this.inc({ hook }, retries)
      },
    })
    new Gauge({
      name: 'sluice_hook_events_waiting',
      help: 'Events that wait for their delivery',
      labelNames: ['hook'],
      registers: [registry],
      collect() {
        this.reset()
        for (const { name: hook, queued } of hooks.list()) this.set({ hook }, queued)
      },
    })
  }
}
