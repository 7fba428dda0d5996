import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import type { DeclaredStream, DeclaredStreams } from '../contracts/declared-streams.ts'
import type { Expectation } from '../contracts/store.ts'
import { DocumentError, RequestError, StoreError } from '../core/errors.ts'
import { declaredStreamRoutes } from './declared-stream-routes.ts'

type Call = { readonly method: string; readonly name: string; readonly body?: unknown; readonly expected: Expectation }

/** Declares everything, tells what it was asked for, and fails as it is told. */
class Declared implements DeclaredStreams {
  readonly calls: Call[] = []
  failure: Error | undefined
  readonly streams = new Map<string, DeclaredStream>()

  list(): readonly DeclaredStream[] {
    return [...this.streams.values()]
  }

  get(name: string): DeclaredStream | undefined {
    return this.streams.get(name)
  }

  async put(name: string, body: unknown, expected: Expectation): Promise<DeclaredStream> {
    return this.#answer({ method: 'put', name, body, expected }, true) ?? assert.fail()
  }

  putAll = () => assert.fail('not expected')
  checkAll = () => assert.fail('not expected')

  async patch(name: string, body: unknown, expected: Expectation): Promise<DeclaredStream | undefined> {
    return this.#answer({ method: 'patch', name, body, expected }, this.streams.has(name))
  }

  async remove(name: string, expected: Expectation): Promise<boolean> {
    return this.#answer({ method: 'remove', name, expected }, this.streams.has(name)) !== undefined
  }

  #answer(call: Call, isThere: boolean): DeclaredStream | undefined {
    this.calls.push(call)
    if (this.failure !== undefined) throw this.failure
    if (!isThere) return undefined
    const stream: DeclaredStream = {
      ...{ name: call.name, origin: 'api', revision: 'r1', document: { title: 'T' }, problems: [] },
    }
    this.streams.set(call.name, stream)
    return stream
  }
}

function rig(): { readonly declared: Declared; readonly app: FastifyInstance } {
  const declared = new Declared()
  const app = bareApi()
  app.setErrorHandler((error: RequestError, _request, reply) => reply.code(error.statusCode).send(error.message))
  declaredStreamRoutes(app, declared, {})
  return { declared, app }
}

const url = '/api/v1/streams/cam/roof/north'
const json = { 'content-type': 'application/json' }

test('declared stream routes: a stream is declared, and changed under its tag', async () => {
  const { declared, app } = rig()
  const created = await app.inject({ method: 'PUT', url, payload: { title: 'T' } })
  assert.equal(created.statusCode, 201)
  assert.equal(created.headers.etag, '"r1"')
  assert.deepEqual(created.json(), { title: 'T', name: 'cam/roof/north', origin: 'api', problems: [] })
  const replaced = await app.inject({ method: 'PUT', url, headers: { 'if-match': '"r1"' }, payload: created.json() })
  assert.equal(replaced.statusCode, 200)
  const headers = { 'content-type': 'application/merge-patch+json' }
  const patched = await app.inject({ method: 'PATCH', url, headers, payload: '{"title":null}' })
  assert.equal(patched.statusCode, 200)
  const removed = await app.inject({ method: 'DELETE', url, headers: { 'if-match': '*' } })
  assert.equal(removed.statusCode, 204)
  const name = 'cam/roof/north'
  assert.deepEqual(declared.calls, [
    { method: 'put', name, body: { title: 'T' }, expected: 'anything' },
    { method: 'put', name, body: { title: 'T' }, expected: { revision: 'r1' } },
    { method: 'patch', name, body: { title: null }, expected: 'anything' },
    { method: 'remove', name, expected: 'anything' },
  ])
})

test('declared stream routes: If-None-Match: * declares what is not there yet', async () => {
  const { declared, app } = rig()
  await app.inject({ method: 'PUT', url, headers: { 'if-none-match': '*' }, payload: {} })
  assert.equal(declared.calls[0]?.expected, 'nothing')
})

test('declared stream routes: If-Match: * declares only what is there', async () => {
  const { declared, app } = rig()
  await app.inject({ method: 'PUT', url, headers: { 'if-match': '*' }, payload: {} })
  await app.inject({ method: 'PATCH', url, headers: { 'if-match': '*' }, payload: {} })
  const expected = declared.calls.map(call => call.expected)
  assert.deepEqual(expected, ['something', 'anything'])
})

test('declared stream routes: what cannot be is refused with the status for it', async () => {
  const { declared, app } = rig()
  const status = async (method: 'PUT' | 'PATCH' | 'DELETE', more: object = {}): Promise<number> => {
    const payload = method === 'DELETE' ? {} : { payload: '{}', headers: json }
    return (await app.inject({ method, url, ...payload, ...more })).statusCode
  }
  assert.equal(await status('PATCH'), 404)
  assert.equal(await status('DELETE'), 404)
  assert.equal(await status('PUT', { url: '/api/v1/streams/a%2f..%2fb' }), 400)
  assert.equal(await status('PUT', { headers: { ...json, 'if-match': 'W/"r1"' } }), 400)
  assert.equal(await status('PUT', { headers: { ...json, 'if-match': 'r1' } }), 400)
  assert.equal(await status('PUT', { headers: { ...json, 'if-none-match': '"r1"' } }), 400)
  assert.equal(await status('DELETE', { headers: { 'if-none-match': '*' } }), 400)
  assert.equal(await status('PUT', { payload: '{"__proto__": 1}' }), 400)
  assert.equal(await status('PUT', { payload: '{"name": "other"}' }), 422)
  assert.equal(await status('PUT', { payload: `{"title": "${'x'.repeat(2 ** 21)}"}` }), 413)
  assert.equal(await status('PUT', { headers: { 'content-type': 'application/xml' } }), 415)
  assert.equal(declared.calls.filter(({ method }) => method === 'put').length, 0)
})

test('declared stream routes: what those who keep it say', async () => {
  const failures: readonly (readonly [Error, number])[] = [
    [new StoreError('conflict', 'Cannot change it: it is another one by now'), 412],
    [new StoreError('unavailable', 'Cannot reach the store'), 503],
    [new StoreError('damaged', 'Cannot read what is kept'), 503],
    [new DocumentError('Cannot declare it', []), 422],
    [new RequestError(409, 'Cannot change it: the file declares it'), 409],
  ]
  for (const [failure, expected] of failures) {
    const { declared, app } = rig()
    declared.failure = failure
    for (const method of ['PUT', 'PATCH', 'DELETE'] as const) {
      const payload = method === 'DELETE' ? {} : { payload: {} }
      const { statusCode, body } = await app.inject({ method, url, ...payload })
      assert.equal(statusCode, expected)
      assert.equal(body, failure.message)
    }
  }
})
