import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import { noDeclaredStreams } from '../../test/support/declared-streams.ts'
import type { HookStatus, Hooks, HookTest } from '../contracts/hooks.ts'
import type { RequestError } from '../core/errors.ts'
import { hookRoutes } from './hook-routes.ts'

const status: HookStatus = {
  ...{ name: 'mine', type: 'webhook', target: 'https://host/…', events: ['publish.started'], state: 'failing' },
  ...{ queued: 1, delivered: 2, failed: 3, dropped: 4, retries: 5 },
  ...{ lastError: 'the answer has status 500', lastDelivery: Date.UTC(2026, 0, 1) },
  oldestWaiting: Date.UTC(2025, 0, 1),
}

function appWith(tried: Hooks['test']) {
  const app = bareApi()
  app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
    reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
  )
  const list = (): HookStatus[] => [status, { ...status, name: 'api', lastError: undefined, lastDelivery: undefined }]
  const declared = { origin: 'api', revision: '1', document: {}, problems: [] } as const
  const get = (name: string) => (name === 'api' ? { name, ...declared } : undefined)
  const declaredHooks = { ...noDeclaredStreams, get }
  hookRoutes(app, { hooks: { list, test: tried }, declaredHooks, hookDeclaration: { type: 'object' } })
  return app
}

test('API hooks: each says how it is doing', async () => {
  const response = await appWith(async () => undefined).inject('/api/v1/hooks')
  const times = { oldestWaiting: '2025-01-01T00:00:00.000Z', lastDelivery: '2026-01-01T00:00:00.000Z' }
  const view = { ...status, ...times, origin: 'file' }
  assert.deepEqual(response.json(), {
    items: [view, { ...view, name: 'api', origin: 'api', lastError: null, lastDelivery: null }],
  })
})

test('API hooks: one is tested', async () => {
  const results: Record<string, HookTest> = {
    good: { error: undefined, status: 204, durationMs: 12 },
    bad: { error: 'why', status: undefined, durationMs: 5000 },
  }
  const app = appWith(async name => results[name])
  const ask = (name: string) => app.inject({ method: 'POST', url: `/api/v1/hooks/${name}/test` })
  assert.deepEqual((await ask('good')).json(), { delivered: true, error: null, status: 204, durationMs: 12 })
  assert.deepEqual((await ask('bad')).json(), { delivered: false, error: 'why', status: null, durationMs: 5000 })
  assert.equal((await ask('none')).statusCode, 404)
})
