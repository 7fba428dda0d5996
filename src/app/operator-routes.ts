import type { HttpRoutes } from '../contracts/http-routes.ts'
import { type DebugVarsOptions, debugVarsRoutes } from '../metrics/debug-vars.ts'
import type { MetricsRegistry } from '../metrics/metrics-registry.ts'
import { guardedRoutes } from '../servers/http/guarded-routes.ts'
import { type Api, type ApiParts, createApi } from './create-api.ts'

type OperatorParts = Omit<ApiParts, 'reconnects'> &
  DebugVarsOptions & { readonly rtmp: ApiParts['reconnects']; readonly metrics: MetricsRegistry }

/** What operators ask for and change: the API, and the figures of what the server does. */
export function operatorRoutes(parts: OperatorParts): Pick<Api, 'rewriteUrl'> & { readonly routes: HttpRoutes[] } {
  const { metrics, access, rtmp } = parts
  const api = createApi({ ...parts, reconnects: rtmp })
  const figures = [metrics.routes, debugVarsRoutes(parts)].map(routes => guardedRoutes('metrics', access, routes))
  return { routes: [api.routes, ...figures], rewriteUrl: api.rewriteUrl }
}
