import { Counter, Gauge, type Registry } from 'prom-client'
import type { Metric, Sample } from '../contracts/metrics.ts'

/** Have the values of `metric` read whenever `registry` is asked for its own. */
export function registerMetric(registry: Registry, metric: Metric): void {
  const { type, name, help, labels = [] } = metric
  const description = { name, help, labelNames: labels, registers: [registry] }
  if (type === 'gauge') {
    new Gauge({
      ...description,
      collect() {
        clear(this, labels)
        for (const sample of samplesOf(metric)) this.set(sample.labels, sample.value)
      },
    })
  } else {
    new Counter({
      ...description,
      collect() {
        clear(this, labels)
        for (const sample of samplesOf(metric)) this.inc(sample.labels, sample.value)
      },
    })
  }
}

/** Without labels, `reset` leaves a value of 0 behind. */
function clear(series: Counter | Gauge, labels: readonly string[]): void {
  series.reset()
  if (labels.length === 0) series.remove()
}

function samplesOf({ labels, read }: Metric): Iterable<Sample> {
  if (labels !== undefined) return read()
  const value = read()
  return value === undefined ? [] : [{ labels: {}, value }]
}
