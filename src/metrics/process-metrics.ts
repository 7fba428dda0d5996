import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Metric, MetricSource, Sample } from '../contracts/metrics.ts'
import type { Milliseconds } from '../core/units.ts'

export type ProcessMetricsOptions = {
  readonly version: string
  /** The merge window of streams without settings of their own. */
  readonly mergeWindow: () => Milliseconds
}

/** A timer of the default, 10 ms, would wake an idle server a hundred times a second. */
const delayTimer: Milliseconds = 200

/** What can be told of every process of Node.js: memory, CPU and event loop. */
export function nodeMetrics(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: delayTimer })
  return registry
}

/** How this server makes use of its process. */
export function processMetrics({ version, mergeWindow }: ProcessMetricsOptions): MetricSource {
  return [
    measureDelay(),
    {
      type: 'gauge',
      name: 'sluice_build_info',
      help: 'Always 1; the labels say what runs',
      labels: ['version', 'node'],
      read: () => [{ labels: { version, node: process.versions.node }, value: 1 }],
    },
    {
      type: 'gauge',
      name: 'sluice_merge_window_seconds',
      help: 'How long frames are held back now, so that one write carries more of them',
      read: () => mergeWindow() / 1000,
    },
    {
      type: 'counter',
      name: 'sluice_event_loop_active_seconds_total',
      help: 'Time that the event loop was busy; its rate is the utilization, 1 is full',
      read: () => performance.eventLoopUtilization().active / 1000,
    },
  ]
}

/** What Node.js measures is the time between two runs of a timer: here it is how late they were. */
function measureDelay(): Metric {
  const intervals = monitorEventLoopDelay({ resolution: delayTimer })
  intervals.enable()
  const sample = (percentile: string, nanoseconds: number): Sample<'percentile'> => {
    return { labels: { percentile }, value: Math.max(0, nanoseconds / 1e9 - delayTimer / 1000) }
  }
  return {
    type: 'gauge',
    name: 'sluice_event_loop_delay_seconds',
    help: 'How late timers were since the last time that somebody asked',
    labels: ['percentile'],
    read: () => {
      const samples = [sample('50', intervals.percentile(50)), sample('99', intervals.percentile(99))]
      samples.push(sample('100', intervals.max))
      intervals.reset()
      return samples
    },
  }
}
