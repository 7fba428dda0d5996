import type { FastifyInstance } from 'fastify'
import Type from 'typebox'

const none = Type.Object({}, { additionalProperties: false })

/**
 * Of routes that are added from now on, those that say nothing of a query take none: a parameter of another route, such
 * as `dryRun`, is refused rather than passed over.
 */
export function refuseUnknownParameters(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (route.schema !== undefined) route.schema = { querystring: none, ...route.schema }
  })
}
