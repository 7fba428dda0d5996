import assert from 'node:assert/strict'
import { test } from 'vitest'
import { parse } from 'yaml'
import { ApiFixture } from '../../test/support/api-fixture.ts'
import { apiOptions } from '../../test/support/api-options.ts'
import { declaredInMemory } from '../../test/support/declared-in-memory.ts'
import { apiRoutes } from './api-routes.ts'

const yaml = { 'content-type': 'application/yaml' }

function rig() {
  const { store, declared } = declaredInMemory()
  const api = new ApiFixture(apiRoutes(apiOptions({ declared })))
  const send = (body: string, query = '') => api.ask('POST', `/api/v1/streams${query}`, body, yaml)
  return { store, declared, api, send }
}

const two = 'streams:\n  live/a: { title: A, tags: [x, y], key: SECRET }\n  live/b: { title: B }\n'

test('batch routes: what is exported can be imported, and nothing changes by that, secrets included', async () => {
  const { store, declared, api, send } = rig()
  const made = await send(two)
  assert.deepEqual([made.status, made.body], [200, { created: ['live/a', 'live/b'], changed: [], unchanged: [] }])
  const exported = await api.get('/api/v1/streams.yaml')
  assert.equal(exported.headers['content-type'], 'application/yaml; charset=utf-8')
  const shown = { 'live/a': { title: 'A', tags: ['x', 'y'], key: '***' }, 'live/b': { title: 'B' } }
  assert.deepEqual(parse(String(exported.body)), { streams: shown })
  const again = await send(String(exported.body))
  assert.deepEqual(again.body, { created: [], changed: [], unchanged: ['live/a', 'live/b'] })
  assert.equal(declared.declarationOf('live/a')?.key, 'SECRET')
  const third = await send('streams: { live/b: { title: C }, live/c: {} }')
  assert.deepEqual(third.body, { created: ['live/c'], changed: ['live/b'], unchanged: [] })
  assert.equal(store.documents.size, 3)
})

test('batch routes: with anything wrong nothing is done, and everything wrong is said', async () => {
  const { store, declared, send } = rig()
  declared.declareFromFile(new Map([['live/f', { title: 'F' }]]))
  const { status, body } = await send(
    'streams:\n  live/a: { title: A }\n  live/b: { titel: B, tags: { a: 1 } }\n  "a b": {}\n  live/f: { title: G }\n',
  )
  assert.equal(status, 422)
  const { errors } = body as { errors: { pointer: string }[] }
  const pointers = errors.map(({ pointer }) => pointer)
  for (const pointer of ['/streams/live~1b/titel', '/streams/live~1b/tags', '/streams/a b', '/streams/live~1f']) {
    assert.ok(pointers.includes(pointer), `${pointer} of ${pointers.join(' ')}`)
  }
  assert.equal(store.documents.size, 0)
})

test('batch routes: a dry run says what is wrong and changes nothing; other words are no dry run', async () => {
  const { store, send } = rig()
  assert.equal((await send(two, '?dryRun=true')).status, 200)
  assert.equal((await send('streams: { live/a: 5 }', '?dryRun=true')).status, 422)
  for (const query of ['?dryRun=yes', '?dryrun=true']) assert.equal((await send(two, query)).status, 400)
  assert.equal(store.documents.size, 0)
})

for (const body of [
  'a: [',
  'streams: [1]',
  '5',
  '',
  'streams: {}\nhooks: {}',
  'a: &a [x, *a]\nb: *c',
  `${two}---\n${two}`,
]) {
  test(`batch routes: ${JSON.stringify(body)} is refused in words`, async () => {
    const { status, body: answer } = await rig().send(body)
    assert.ok([400, 422].includes(status), `${status}`)
    assert.match((answer as { detail: string }).detail, /^Cannot (read the document|declare these streams): /)
  })
}

test('batch routes: a store that was changed by others meanwhile is read again', async () => {
  const { store, send } = rig()
  await send(two)
  await store.apply([
    { kind: 'put', collection: 'streams', key: 'live/b', value: { title: 'other' }, expected: 'anything' },
  ])
  assert.deepEqual((await send('streams: { live/b: { title: mine } }')).body, {
    ...{ created: [], changed: ['live/b'], unchanged: [] },
  })
})
