import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { JsonSchema } from '../config/document-schema.ts'
import type { DeclaredDocuments } from '../contracts/declared-documents.ts'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import { RequestError } from '../core/errors.ts'
import type { Milliseconds } from '../core/units.ts'
import { answers } from './answers.ts'
import { declarationRoutes } from './declaration-routes.ts'
import { type HookTestView, type HookView, hookListSchema, hookTestSchema } from './hook-schema.ts'
import { rfc3339 } from './stream-status.ts'

const tags = ['Hooks']

const params = Type.Object({
  name: Type.String({ maxLength: 765, description: 'Name of a hook: 1 to 64 letters, digits, - and _' }),
})

type NameParams = { Params: { name: string } }

const summaries = {
  read: 'A hook as it was declared',
  put: 'Declare a hook, or replace what was declared',
  patch: 'Change some members of a hook; null removes one (RFC 7396). What waits goes to the new target',
  remove: 'Take a hook back: it sends nothing more',
}

export type HookRoutesOptions = {
  readonly hooks: Hooks
  readonly declaredHooks: DeclaredDocuments
  /** What may be declared of a hook. */
  readonly hookDeclaration: JsonSchema
}

/** Who is told of events, how that goes, a way to change it and a way to try it. */
export function hookRoutes(app: FastifyInstance, { hooks, declaredHooks, hookDeclaration }: HookRoutesOptions): void {
  listHooks(app, hooks, declaredHooks)
  declarationRoutes(app, {
    ...{ path: '/api/v1/hooks/:name', tags, params, noun: 'hook', summaries },
    nameIn: ({ name = '' }) => checkedHookName(name),
    hint: '',
    documents: declaredHooks,
    document: hookDeclaration,
    // A hook may run a program, and is sent what others may not know.
    role: 'admin',
  })
  const testing = {
    operationId: 'testHook',
    summary: 'Deliver one event of the type hook.test, now and in one attempt',
    ...{ tags, params, response: answers({ 200: hookTestSchema }, 404) },
  }
  app.post<NameParams>('/api/v1/hooks/:name/test', { schema: testing }, request => testHook(hooks, request.params.name))
}

function listHooks(app: FastifyInstance, hooks: Hooks, declared: DeclaredDocuments): void {
  const summary = 'Hooks, and how they are doing'
  const schema = { operationId: 'listHooks', summary, tags, response: answers({ 200: hookListSchema }) }
  app.get('/api/v1/hooks', { schema }, () => ({
    items: hooks.list().map(status => hookView(status, declared.get(status.name)?.origin ?? 'file')),
  }))
}

/** @throws {RequestError} If no hook can have that name. */
function checkedHookName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(name)) return name
  throw new RequestError(400, 'Cannot use this hook: its name must be 1 to 64 letters, digits, - and _')
}

async function testHook(hooks: Hooks, name: string): Promise<HookTestView> {
  const result = await hooks.test(name)
  if (result === undefined) throw new RequestError(404, `Cannot test hook ${name}: there is none of that name`)
  const { error, status, durationMs } = result
  return { delivered: error === undefined, error: error ?? null, status: status ?? null, durationMs }
}

function hookView(
  { lastError, lastDelivery, oldestWaiting, events, ...status }: HookStatus,
  origin: HookView['origin'],
): HookView {
  return {
    ...status,
    origin,
    events: [...events],
    oldestWaiting: timeOrNull(oldestWaiting),
    lastError: lastError ?? null,
    lastDelivery: timeOrNull(lastDelivery),
  }
}

function timeOrNull(time: Milliseconds | undefined): string | null {
  return time === undefined ? null : rfc3339(time)
}
