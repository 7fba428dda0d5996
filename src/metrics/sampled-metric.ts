import { Counter, Gauge, type Registry } from 'prom-client'

/** One value of a metric, with the values of its labels. */
export type Sample<Label extends string> = { readonly labels: Readonly<Record<Label, string>>; readonly value: number }

/** A metric whose values are read from elsewhere when somebody asks. */
export type SampledMetric<Label extends string> = {
  readonly name: string
  readonly help: string
  readonly labels: readonly Label[]
  readonly read: () => Iterable<Sample<Label>>
}

/** A value that goes up and down. */
export function sampledGauge<Label extends string = never>(registry: Registry, metric: SampledMetric<Label>): void {
  new Gauge({
    name: metric.name,
    help: metric.help,
    labelNames: metric.labels,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of metric.read()) this.set(labels, value)
    },
  })
}

/** A total that never goes back for as long as its labels exist. */
export function sampledCounter<Label extends string = never>(registry: Registry, metric: SampledMetric<Label>): void {
  new Counter({
    name: metric.name,
    help: metric.help,
    labelNames: metric.labels,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, value } of metric.read()) this.inc(labels, value)
    },
  })
}

/** The one sample of a metric without labels. */
export function single(value: number): readonly Sample<never>[] {
  return [{ labels: {}, value }]
}
