import type { Authorizer } from '../../contracts/access.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import { accessRequest, denial } from './access-request.ts'
import { untilGone } from './until-gone.ts'

const acts = { api: 'use the API', metrics: 'read the metrics' } as const

/** The same routes for those who may use them. Preflight requests carry no credentials and are answered before. */
export function guardedRoutes(action: keyof typeof acts, authorizer: Authorizer, routes: HttpRoutes): HttpRoutes {
  return async app => {
    app.addHook('onRequest', async request => {
      const { id, peer } = request
      const asked = accessRequest(action, '', { id, protocol: 'http', peer }, request)
      const verdict = await untilGone(request, [], signal => authorizer.authorize(asked, signal))
      if (!verdict.isAllowed) throw denial(acts[action], verdict)
    })
    await routes(app)
  }
}
