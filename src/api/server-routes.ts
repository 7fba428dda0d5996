import type { FastifyInstance } from 'fastify'
import type { Clock } from '../contracts/clock.ts'
import type { ConfigState } from '../contracts/config-state.ts'
import type { Milliseconds } from '../core/units.ts'
import { answers } from './answers.ts'
import { type ServerStatus, serverSchema } from './server-schema.ts'
import { rfc3339, wholeSeconds } from './stream-status.ts'

/** What the server knows about itself. */
export type ServerFacts = {
  readonly version: string
  /** Wall-clock time. */
  readonly startedAt: Milliseconds
  /** The bound ports, `null` where a listener is off. Asked with each request, as port 0 is known late. */
  readonly ports: () => ServerStatus['ports']
  readonly config: ConfigState
}

/** This server. */
export function serverRoutes(app: FastifyInstance, server: ServerFacts, clock: Clock): void {
  const response = answers({ 200: serverSchema })
  const schema = { operationId: 'readServer', summary: 'This server', tags: ['Server'], response }
  app.get('/api/v1/server', { schema }, () => ({
    name: 'sluice',
    version: server.version,
    startedAt: rfc3339(server.startedAt),
    uptimeSeconds: wholeSeconds(clock.wall() - server.startedAt),
    ports: server.ports(),
    node: process.versions.node,
    config: configStatus(server.config),
  }))
}

function configStatus({ reloads, failures, lastReload, problem, needsRestart }: ConfigState): ServerStatus['config'] {
  const lastReloadAt = lastReload === undefined ? null : rfc3339(lastReload)
  return { reloads, failures, lastReloadAt, problem: problem ?? null, needsRestart: [...needsRestart] }
}
