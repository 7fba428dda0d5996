import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import type { ReconnectOrder, ReconnectResult } from '../contracts/reconnects.ts'
import type { RequestError } from '../core/errors.ts'
import { reconnectRoutes } from './reconnect-routes.ts'

async function post(payload: object, result: ReconnectResult) {
  const orders: ReconnectOrder[] = []
  const app = bareApi()
  app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
    reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
  )
  const request = (order: ReconnectOrder): ReconnectResult => {
    orders.push(order)
    return result
  }
  reconnectRoutes(app, { request })
  const response = await app.inject({ method: 'POST', url: '/api/v1/reconnect', payload })
  return { status: response.statusCode, body: response.json() as unknown, orders }
}

const asked: ReconnectResult = { ok: true, connections: ['rtmp-1', 'rtmp-7'] }

test('api: all peers are asked to reconnect to where they are', async () => {
  const { status, body, orders } = await post({}, asked)
  assert.deepEqual([status, body], [200, { connections: ['rtmp-1', 'rtmp-7'] }])
  assert.deepEqual(orders, [{ url: undefined, connection: undefined }])
})

test('api: one peer is asked to reconnect elsewhere', async () => {
  const order = { url: 'rtmp://other/live', connection: 'rtmp-7' }
  assert.deepEqual((await post(order, asked)).orders, [order])
})

for (const url of ['http://other/live', 'live', '']) {
  test(`api: nobody is asked to reconnect to "${url}"`, async () => {
    const { status, orders } = await post({ url }, asked)
    assert.deepEqual([status, orders], [400, []])
  })
}

for (const [reason, expected] of [
  ['no-connection', 404],
  ['not-capable', 409],
] as const) {
  test(`api: a reconnect of one peer answers ${reason} with ${expected}`, async () => {
    assert.equal((await post({ connection: 'rtmp-3' }, { ok: false, reason })).status, expected)
  })
}
