import { existsSync } from 'node:fs'
import { join } from 'node:path'
import staticFiles from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { HttpRoutes } from '../../contracts/http-routes.ts'

const headers = {
  // Mantine writes <style> elements; the player's worker and media source are blobs.
  'Content-Security-Policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; '),
  'Referrer-Policy': 'same-origin',
} as const

const views = ['/', '/watch/*', '/recordings', '/hooks']

/** The built web console: one page for every view of it, and the files that the page names. */
export function consoleRoutes(directory: string): HttpRoutes {
  return async app => {
    if (!existsSync(join(directory, 'index.html'))) return sayNotBuilt(app)
    await app.register(staticFiles, { root: directory, serve: false, cacheControl: false })
    for (const view of views) app.get(view, (_request, reply) => sendPage(reply))
    app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
      // Their names hold a hash of their content.
      reply.header('Cache-Control', 'public, max-age=31536000, immutable').sendFile(`assets/${request.params['*']}`),
    )
  }
}

function sendPage(reply: FastifyReply): FastifyReply {
  return reply.headers(headers).header('Cache-Control', 'no-cache').sendFile('index.html')
}

function sayNotBuilt(app: FastifyInstance): void {
  for (const view of views) app.get(view, (_request, reply) => sendNotBuilt(reply))
}

function sendNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(503).type('text/plain; charset=utf-8').send('The web console is not built: run "npm run build".\n')
}
