import { performance } from 'node:perf_hooks'
import { collectDefaultMetrics } from 'prom-client'
import type { MetricSource } from '../contracts/metrics.ts'
import type { Milliseconds } from '../core/units.ts'
import { sampledCounter, sampledGauge, single } from './sampled-metric.ts'

export type ProcessMetricsOptions = {
  readonly version: string
  /** The merge window of streams without settings of their own. */
  readonly mergeWindow: () => Milliseconds
}

/** The process as a whole: memory, CPU and event loop, and how this server makes use of them. */
export function processMetrics({ version, mergeWindow }: ProcessMetricsOptions): MetricSource {
  return registry => {
    // The default of 10 ms would wake an idle server a hundred times a second.
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 200 })
    sampledGauge(registry, {
      name: 'sluice_build_info',
      help: 'Always 1; the labels say what runs',
      labels: ['version', 'node'],
      read: () => [{ labels: { version, node: process.versions.node }, value: 1 }],
    })
    sampledGauge(registry, {
      name: 'sluice_merge_window_seconds',
      help: 'How long frames are held back now, so that one write carries more of them',
      labels: [],
      read: () => single(mergeWindow() / 1000),
    })
    sampledCounter(registry, {
      name: 'sluice_event_loop_active_seconds_total',
      help: 'Time that the event loop was busy; its rate is the utilization, 1 is full',
      labels: [],
      read: () => single(performance.eventLoopUtilization().active / 1000),
    })
  }
}
