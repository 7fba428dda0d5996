import assert from 'node:assert/strict'
import { test } from 'vitest'
import { ApiFixture } from '../../test/support/api-fixture.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import type { Session } from '../contracts/sessions.ts'
import { sessionRoutes } from './session-routes.ts'

const since = Date.UTC(2026, 0, 1)

function rig() {
  const clock = new FakeClock()
  const ended: string[] = []
  const session = (id: string, more: Partial<Omit<Session, 'info'>> & Partial<Session['info']>): Session => {
    const { protocol = 'rtmp', peer = '192.0.2.1:4000', user } = more
    const info = { id, protocol, peer, since: since + ended.length, ...(user !== undefined && { user }) }
    const { role = 'player', stream = 'live/a', bytes = 7, activeAt } = more
    return { info, role, stream, bytes, activeAt, end: () => ended.push(id) }
  }
  const list = [
    session('rtmp-2', { role: 'publisher', user: 'eva', activeAt: clock.now() }),
    session('srt-1', { protocol: 'srt', peer: '10.0.0.9:5000' }),
    session('push-1', { role: 'relay', protocol: 'relay', peer: 'rtmp://10.0.0.9/live', stream: 'live/b' }),
  ]
  const fixture = new ApiFixture(app => sessionRoutes(app, { list: () => list }, clock))
  return { fixture, clock, ended }
}

test('session routes: a session tells who it is, what it does, and when something last went', async () => {
  const { fixture, clock } = rig()
  clock.advance(2500)
  const { status, body } = await fixture.get('/api/v1/sessions/rtmp-2')
  assert.equal(status, 200)
  assert.deepEqual(body, {
    ...{ id: 'rtmp-2', protocol: 'rtmp', stream: 'live/a', role: 'publisher', remote: '192.0.2.1:4000', user: 'eva' },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', bytes: 7 },
    lastActivityAt: new Date(clock.wall() - 2500).toISOString(),
  })
  assert.equal((await fixture.get('/api/v1/sessions/rtmp-9')).status, 404)
})

for (const { query, ids } of [
  { query: '', ids: ['push-1', 'rtmp-2', 'srt-1'] },
  { query: '?stream=live/a', ids: ['rtmp-2', 'srt-1'] },
  { query: '?stream=live/*&role=relay', ids: ['push-1'] },
  { query: '?protocol=srt', ids: ['srt-1'] },
  { query: '?remote=10.0.0.0/8', ids: ['srt-1'] },
  { query: '?remote=192.0.2.1&role=player', ids: [] },
]) {
  test(`session routes: the query ${query} means ${ids.join(' ')}`, async () => {
    const { fixture, ended } = rig()
    const { body } = await fixture.get(`/api/v1/sessions${query}`)
    const { items, next } = body as { items: { id: string }[]; next: unknown }
    assert.deepEqual([items.map(({ id }) => id), next], [ids, null])
    const removal = await fixture.ask('DELETE', `/api/v1/sessions${query}`)
    // Whoever forgets the query would send everybody away.
    assert.deepEqual([removal.status, ended.sort()], query === '' ? [400, []] : [200, ids])
  })
}

for (const query of [
  '?stream=a b',
  '?remote=host',
  '?role=none',
  '?limit=0',
  '?limit=x',
  '?cursor=*',
  '?steam=live/a',
]) {
  test(`session routes: ${query} is refused, and ends nobody`, async () => {
    const { fixture, ended } = rig()
    assert.equal((await fixture.get(`/api/v1/sessions${encodeURI(query)}`)).status, 400)
    assert.equal((await fixture.ask('DELETE', `/api/v1/sessions${encodeURI(query)}`)).status, 400)
    assert.deepEqual(ended, [])
  })
}

test('session routes: the next page is in the answer and in its header', async () => {
  const { fixture } = rig()
  const first = await fixture.get('/api/v1/sessions?limit=2&stream=live/**')
  const { next } = first.body as { next: string }
  const link = `</api/v1/sessions?limit=2&stream=live%2F**&cursor=${next}>; rel="next"`
  assert.equal(first.headers['link'], link)
  const second = await fixture.get(`/api/v1/sessions?limit=2&cursor=${next}`)
  assert.equal((second.body as { items: unknown[] }).items.length, 1)
  assert.equal(second.headers['link'], undefined)
})

test('session routes: one peer is disconnected, and nobody else', async () => {
  const { fixture, ended } = rig()
  assert.equal((await fixture.ask('DELETE', '/api/v1/sessions/srt-1')).status, 204)
  assert.deepEqual(ended, ['srt-1'])
  assert.equal((await fixture.ask('DELETE', '/api/v1/sessions/srt-9')).status, 404)
})
