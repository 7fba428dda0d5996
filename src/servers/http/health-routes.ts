import type { HealthCheck } from '../../contracts/health.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'

/**
 * `/healthz`: the process lives. `/readyz`: it can take publishers and viewers, else 503 and why not; and what somebody
 * should look at all the same.
 *
 * @param isDraining True once the server has begun to shut down.
 */
export function healthRoutes(checks: readonly HealthCheck[], isDraining: () => boolean): HttpRoutes {
  const server: HealthCheck = { name: 'server', problem: () => (isDraining() ? 'Shuts down' : undefined) }
  return app => {
    app.get('/healthz', () => ({ status: 'ok' }))
    app.get('/readyz', (_request, reply) => {
      const all = [...checks, server]
      const problems = findings(all.filter(({ isWarning }) => !isWarning))
      const warnings = findings(all.filter(({ isWarning }) => isWarning))
      const isReady = problems.length === 0
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', problems, warnings })
    })
  }
}

function findings(checks: readonly HealthCheck[]): { readonly name: string; readonly detail: string }[] {
  return checks.flatMap(({ name, problem }) => {
    const detail = problem()
    return detail === undefined ? [] : [{ name, detail }]
  })
}
