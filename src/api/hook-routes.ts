import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { answers } from './answers.ts'
import { type HookTestView, type HookView, hookListSchema, hookTestSchema } from './hook-schema.ts'
import { rfc3339 } from './stream-status.ts'

const tags = ['Hooks']

/** Who is told of events, and a way to try it. */
export function hookRoutes(app: FastifyInstance, hooks: Hooks): void {
  const summary = 'Hooks, and how they are doing'
  const listing = { operationId: 'listHooks', summary, tags, response: answers({ 200: hookListSchema }) }
  app.get('/api/v1/hooks', { schema: listing }, () => ({ items: hooks.list().map(hookView) }))
  const testing = {
    operationId: 'testHook',
    summary: 'Deliver one event of the type hook.test, now and in one attempt',
    tags,
    params: Type.Object({ name: Type.String({ maxLength: 765, description: 'Name of a hook' }) }),
    response: answers({ 200: hookTestSchema }, 404),
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
