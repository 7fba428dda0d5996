import type { FastifyInstance } from 'fastify'

/** @see RFC 7396 §4 */
export const patchType = 'application/merge-patch+json'

/** Patches are read from now on. Idempotent. */
export function readMergePatches(app: FastifyInstance): void {
  if (app.hasContentTypeParser(patchType)) return
  app.addContentTypeParser(patchType, { parseAs: 'string' }, app.getDefaultJsonParser('error', 'error'))
}
