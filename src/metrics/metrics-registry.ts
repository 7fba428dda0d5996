import { Registry } from 'prom-client'
import type { HttpRoutes } from '../contracts/http-routes.ts'
import type { MetricSource } from '../contracts/metrics.ts'

/** All metrics of this server, in the text format of Prometheus. */
export class MetricsRegistry {
  readonly #registry = new Registry()

  constructor(sources: readonly MetricSource[]) {
    for (const source of sources) this.add(source)
  }

  /** For features that are made after this registry. */
  add(source: MetricSource): void {
    source(this.#registry)
  }

  /** `GET /metrics`. */
  get routes(): HttpRoutes {
    return app => {
      app.get('/metrics', async (_request, reply) => {
        const text = await this.#registry.metrics()
        return reply.type(this.#registry.contentType).header('Cache-Control', 'no-store').send(text)
      })
    }
  }
}
