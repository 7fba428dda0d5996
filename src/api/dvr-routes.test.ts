import assert from 'node:assert/strict'
import { test } from 'vitest'
import { bareApi } from '../../test/support/api-fixture.ts'
import type { DvrLibrary, DvrStatus } from '../contracts/dvr.ts'
import type { RequestError } from '../core/errors.ts'
import { dvrRoutes } from './dvr-routes.ts'

const start = Date.UTC(2026, 0, 1)
const span = { from: start, to: start + 60_000 }
const kept: DvrStatus = {
  stream: 'cam/roof',
  isGrowing: true,
  span,
  segments: 60,
  bytes: 15_000_000,
  archive: undefined,
}
const answer = {
  ...{ stream: 'cam/roof', active: true, segments: 60, bytes: 15_000_000, archive: null },
  ...{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z' },
}

async function request(method: 'GET' | 'DELETE', url: string, port: Partial<DvrLibrary>) {
  const unexpected = (): never => assert.fail('not expected')
  const app = bareApi()
  app.setErrorHandler(({ statusCode, message }: RequestError, _request, reply) =>
    reply.code(statusCode).send({ type: 'about:blank', title: 'Error', status: statusCode, detail: message }),
  )
  dvrRoutes(app, { list: unexpected, read: unexpected, remove: unexpected, ...port })
  const response = await app.inject({ method, url })
  return { status: response.statusCode, body: response.body === '' ? undefined : response.json() }
}

test('api: streams that can be rewound are listed', async () => {
  const list = () => [kept, { ...kept, stream: 'live/empty', isGrowing: false, span: undefined, segments: 0, bytes: 0 }]
  const { status, body } = await request('GET', '/api/v1/recordings/dvr', { list })
  assert.equal(status, 200)
  const empty = { stream: 'live/empty', active: false, archive: null, from: null, to: null, segments: 0, bytes: 0 }
  assert.deepEqual(body, { items: [answer, empty], next: null })
})

test('api: of one stream it is told what is kept and what is missing', async () => {
  const gap = { from: start + 10_000, to: start + 20_000 }
  const ranges = [
    { from: span.from, to: gap.from },
    { from: gap.to, to: span.to },
  ]
  const read = async (name: string) =>
    name === 'cam/roof' ? { ...kept, ranges, gaps: [gap], archived: [span], discontinuities: [gap.to] } : undefined
  const { body } = await request('GET', '/api/v1/recordings/dvr/cam/roof', { read })
  assert.deepEqual(body.gaps, [{ from: '2026-01-01T00:00:10.000Z', to: '2026-01-01T00:00:20.000Z' }])
  assert.equal(body.ranges.length, 2)
  assert.deepEqual(body.archived, [{ from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:01:00.000Z' }])
  assert.deepEqual(body.discontinuities, ['2026-01-01T00:00:20.000Z'])
  assert.equal((await request('GET', '/api/v1/recordings/dvr/live/none', { read })).status, 404)
  assert.equal((await request('GET', '/api/v1/recordings/dvr/a%20b', { read })).status, 400)
})

test('api: what is kept is removed up to a time, or as a whole', async () => {
  const asked: unknown[] = []
  const remove = async (name: string, before: number | undefined) => {
    asked.push([name, before])
    return name === 'cam/roof'
  }
  const path = '/api/v1/recordings/dvr'
  for (const [query, status] of [
    ['cam/roof', 204],
    ['cam/roof?before=2026-01-01T00:00:30Z', 204],
    ['cam/roof?before=yesterday', 400],
    // That would be another time on each machine.
    ['cam/roof?before=2026-01-01T00:00:30', 400],
    ['live/none', 404],
  ] as const) {
    assert.equal((await request('DELETE', `${path}/${query}`, { remove })).status, status, query)
  }
  assert.deepEqual(asked, [
    ['cam/roof', undefined],
    ['cam/roof', start + 30_000],
    ['live/none', undefined],
  ])
})
