import { createServer, type Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Milliseconds } from '../../core/units.ts'
import { shouldUpgradeCallback } from './http-app.ts'

export type Http1ServerOptions = {
  readonly headersTimeout: Milliseconds
  readonly keepAliveTimeout: Milliseconds
  readonly idleTimeout: Milliseconds
}

/** A server for the application over HTTP/1.1. The application has several, as its ports come and go. */
export function createHttp1Server(
  app: FastifyInstance,
  { headersTimeout, keepAliveTimeout, idleTimeout }: Http1ServerOptions,
): Server {
  const server = createServer({ headersTimeout, keepAliveTimeout, requestTimeout: 0, shouldUpgradeCallback })
  server.setTimeout(idleTimeout)
  for (const event of ['request', 'clientError', 'upgrade']) {
    server.on(event, (...args) => app.server.emit(event, ...args))
  }
  return server
}
