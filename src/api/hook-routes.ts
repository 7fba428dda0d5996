import type { FastifyInstance } from 'fastify'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { type HookTestView, type HookView, hookListSchema, hookTestSchema } from './hook-schema.ts'
import { problemSchema } from './problem-schema.ts'
import { rfc3339 } from './stream-status.ts'

/** Who is told of events, and a way to try it. */
export function hookRoutes(app: FastifyInstance, hooks: Hooks): void {
  const listing = { summary: 'Hooks, and how they are doing', response: { 200: hookListSchema } }
  app.get('/api/v1/hooks', { schema: listing }, () => ({ items: hooks.list().map(hookView) }))
  const testing = {
    summary: 'Deliver one event of the type hook.test, now and in one attempt',
    response: { 200: hookTestSchema, 404: problemSchema },
  }
  app.post<{ Params: { name: string } }>('/api/v1/hooks/:name/test', { schema: testing }, request =>
    testHook(hooks, request.params.name),
  )
}

async function testHook(hooks: Hooks, name: string): Promise<HookTestView> {
  const result = await hooks.test(name)
  if (result === undefined) throw new RequestError(404, `Cannot test hook ${name}: there is none of that name`)
  const { error, status, durationMs } = result
  return { delivered: error === undefined, error: error ?? null, status: status ?? null, durationMs }
}

function hookView({ lastError, lastDelivery, oldestWaiting, events, ...status }: HookStatus): HookView {
  return {
    ...status,
    events: [...events],
    oldestWaiting: timeOrNull(oldestWaiting),
    lastError: lastError ?? null,
    lastDelivery: timeOrNull(lastDelivery),
  }
}

function timeOrNull(time: Milliseconds | undefined): string | null {
  return time === undefined ? null : rfc3339(time)
}
