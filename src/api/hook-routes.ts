import type { FastifyInstance } from 'fastify'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import { RequestError } from '../core/errors.ts'
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
  if (result.ok) return { delivered: true, error: null }
  if (result.reason === 'failed') return { delivered: false, error: result.message }
  throw new RequestError(404, `Cannot test hook ${name}: there is none of that name`)
}

function hookView({ lastError, lastDelivery, events, ...status }: HookStatus): HookView {
  return {
    ...status,
    events: [...events],
    lastError: lastError ?? null,
    lastDelivery: lastDelivery === undefined ? null : rfc3339(lastDelivery),
  }
}
