import { Counter, Gauge } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { GuardedStore } from './guarded-store.ts'

/** How the store does what it is asked for. */
export function storeMetrics(store: Pick<GuardedStore, 'health' | 'counters' | 'pending'>): MetricSource {
  return registry => {
    const registers = [registry]
    new Gauge({
      ...{ name: 'sluice_store_up', help: '1 if the store can be used, else 0', registers },
      collect() {
        this.set(store.health.problem() === undefined ? 1 : 0)
      },
    })
    new Gauge({
      ...{ name: 'sluice_store_operations_waiting', help: 'Operations that the store has not answered', registers },
      collect() {
        this.set(store.pending)
      },
    })
    new Counter({
      ...{ name: 'sluice_store_operations_total', help: 'Operations of the store, by what came of them', registers },
      labelNames: ['operation', 'result'],
      collect() {
        this.reset()
        for (const [operation, { results }] of Object.entries(store.counters)) {
          for (const [result, count] of Object.entries(results)) this.inc({ operation, result }, count)
        }
      },
    })
    new Counter({
      name: 'sluice_store_operation_seconds_total',
      help: 'Time until the store has answered, or nobody waited any longer',
      labelNames: ['operation'],
      registers,
      collect() {
        this.reset()
        for (const [operation, { time }] of Object.entries(store.counters)) this.inc({ operation }, time / 1000)
      },
    })
  }
}
