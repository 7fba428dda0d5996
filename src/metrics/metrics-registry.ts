import { type MetricValue, Registry } from 'prom-client'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { MetricSource } from '../contracts/metrics.ts'
import { registerMetric } from './register-metric.ts'

/** All metrics of this server, in the text format of Prometheus. */
export class MetricsRegistry {
  readonly #registry: Registry

  /** @param registry What prom-client has metrics of its own for. */
  constructor(sources: readonly MetricSource[], registry = new Registry()) {
    this.#registry = registry
    for (const source of sources) this.add(source)
  }

  /** For features that are made after this registry. */
  add(source: MetricSource): void {
    for (const metric of source) registerMetric(this.#registry, metric)
  }

  /** What all metrics say now, by name: a number, or one for each set of labels. */
  async values(): Promise<Readonly<Record<string, unknown>>> {
    const metrics = await this.#registry.getMetricsAsJSON()
    const series = metrics.flatMap(({ name, values }) => [...bySeries(name, values)])
    return Object.fromEntries(series.map(([name, values]) => [name, plainValues(values)]))
  }

  /** The same in the text format of Prometheus. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** `GET /metrics`. */
  get routes(): HttpRoutes {
    return app => {
      app.get('/metrics', async (_request, reply) => {
        const text = await this.text()
        return reply.type(this.#registry.contentType).header('Cache-Control', 'no-store').send(text)
      })
    }
  }
}

type SeriesValue = MetricValue<string> & { readonly metricName?: string }

/** The series of a histogram have names of their own. */
function bySeries(name: string, values: readonly SeriesValue[]): ReadonlyMap<string, SeriesValue[]> {
  if (values.length === 0) return new Map([[name, []]])
  return Map.groupBy(values, ({ metricName }) => metricName ?? name)
}

function plainValues(values: readonly MetricValue<string>[]): unknown {
  const [first] = values
  if (values.length === 1 && first !== undefined && Object.keys(first.labels).length === 0) return first.value
  return values.map(({ labels, value }) => ({ ...labels, value }))
}
