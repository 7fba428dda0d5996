import assert from 'node:assert/strict'
import fastify from 'fastify'
import { test } from 'vitest'
import type { HookStatus, Hooks } from '../contracts/hooks.ts'
import type { RequestError } from '../core/errors.ts'
import { hookRoutes } from './hook-routes.ts'

const status: HookStatus = {
  ...{ name: 'mine', type: 'webhook', target: 'https://host/…', events: ['publish.started'], state: 'failing' },
  ...{ queued: 1, delivered: 2, failed: 3, dropped: 4, retries: 5 },
  ...{ lastError: 'the answer has status 500', lastDelivery: Date.UTC(2026, 0, 1) },
}

function appWith(tried: Hooks['test']) {
  const app = fastify()
  app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
    reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
  )
  hookRoutes(app, { list: () => [status, { ...status, lastError: undefined, lastDelivery: undefined }], test: tried })
  return app
}

test('API hooks: each says how it is doing', async () => {
  const response = await appWith(async () => ({ ok: true })).inject('/api/v1/hooks')
  const view = { ...status, lastDelivery: '2026-01-01T00:00:00.000Z' }
  assert.deepEqual(response.json(), { items: [view, { ...view, lastError: null, lastDelivery: null }] })
})

test('API hooks: one is tested', async () => {
  const results: Record<string, Awaited<ReturnType<Hooks['test']>>> = {
    good: { ok: true },
    bad: { ok: false, reason: 'failed', message: 'why' },
  }
  const app = appWith(async name => results[name] ?? { ok: false, reason: 'unknown' })
  const ask = (name: string) => app.inject({ method: 'POST', url: `/api/v1/hooks/${name}/test` })
  assert.deepEqual((await ask('good')).json(), { delivered: true, error: null })
  assert.deepEqual((await ask('bad')).json(), { delivered: false, error: 'why' })
  assert.equal((await ask('none')).statusCode, 404)
})
