import type { MetricSource } from '../contracts/metrics.ts'
import type { GuardedStore } from './guarded-store.ts'

/** How the store does what it is asked for. */
export function storeMetrics(store: Pick<GuardedStore, 'health' | 'counters' | 'pending'>): MetricSource {
  return [
    {
      type: 'gauge',
      name: 'sluice_store_up',
      help: '1 if the store can be used, else 0',
      read: () => (store.health.problem() === undefined ? 1 : 0),
    },
    {
      type: 'gauge',
      name: 'sluice_store_operations_waiting',
      help: 'Operations that the store has not answered',
      read: () => store.pending,
    },
    {
      type: 'counter',
      name: 'sluice_store_operations_total',
      help: 'Operations of the store, by what came of them',
      labels: ['operation', 'result'],
      read: () =>
        Object.entries(store.counters).flatMap(([operation, { results }]) =>
          Object.entries(results).map(([result, value]) => ({ labels: { operation, result }, value })),
        ),
    },
    {
      type: 'counter',
      name: 'sluice_store_operation_seconds_total',
      help: 'Time until the store has answered, or nobody waited any longer',
      labels: ['operation'],
      read: () =>
        Object.entries(store.counters).map(([operation, { time }]) => ({ labels: { operation }, value: time / 1000 })),
    },
  ]
}
