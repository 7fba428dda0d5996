import type { FastifyRequest } from 'fastify'
import type { Authorizer } from '../../contracts/access.ts'
import type { HttpRoutes } from '../../contracts/http-routes.ts'
import { type ApiRole, usualRole } from '../../core/api-role.ts'
import { accessRequest, denial } from './access-request.ts'
import { untilGone } from './until-gone.ts'

/** What may stand in a URL instead of the Authorization header. */
const credentialParameters = ['token', 'jwt', 'user', 'pass', 'password']

const acts = { api: 'use the API', metrics: 'read the metrics' } as const

/** The same routes for those who may use them. Preflight requests carry no credentials and are answered before. */
export function guardedRoutes(action: keyof typeof acts, authorizer: Authorizer, routes: HttpRoutes): HttpRoutes {
  return async app => {
    app.addHook('onRequest', async request => {
      const { id, peer } = request
      const role = action === 'api' ? roleOf(request) : undefined
      const asked = { ...accessRequest(action, '', { id, protocol: 'http', peer }, request), ...(role && { role }) }
      const verdict = await untilGone(request, [], signal => authorizer.authorize(asked, signal))
      if (!verdict.isAllowed) throw denial(actWords(action, role), verdict)
      forgetCredentials(request)
    })
    await routes(app)
  }
}

function roleOf({ method, routeOptions }: FastifyRequest): ApiRole {
  return routeOptions.config.role ?? usualRole(method)
}

function actWords(action: keyof typeof acts, role: ApiRole | undefined): string {
  return role === undefined || role === 'viewer' ? acts[action] : `${acts[action]} as ${role}`
}

/** What has let somebody in is no business of the routes, which want to know all that the query says. */
function forgetCredentials({ query }: FastifyRequest): void {
  const parameters = query as Record<string, unknown>
  for (const name of credentialParameters) delete parameters[name]
}
