import assert from 'node:assert/strict'
import { test } from 'vitest'
import { HeldAuthorizer } from '../../test/support/held-authorizer.ts'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import type { AccessRequest, Authorizer, Verdict } from '../contracts/access.ts'
import type { ViewerSession } from './viewer-session.ts'

const viewer = { 'user-agent': 'player' }

/** Lets everybody in until it is told otherwise. */
class Door implements Authorizer {
  verdict: Verdict = { isAllowed: true }
  asked = 0

  authorize(): Promise<Verdict> {
    this.asked++
    return Promise.resolve(this.verdict)
  }
}

/** Lets everybody play over some protocols. */
class SomeProtocols implements Authorizer {
  readonly allowed = new Set<string>()

  authorize({ protocol }: AccessRequest): Promise<Verdict> {
    const refused: Verdict = { isAllowed: false, refusal: 'forbidden', reason: `not over ${protocol}` }
    return Promise.resolve(this.allowed.has(protocol) ? { isAllowed: true } : refused)
  }
}

/** Viewers who are seen at a stream, the one that has started its packager left out. */
function viewersOf(fixture: PackagingFixture, name: string): ViewerSession[] {
  const subscribers = [...(fixture.http.registry.get(name)?.subscribers ?? [])] as ViewerSession[]
  return subscribers.filter(({ info }) => info.protocol === 'hls' || info.protocol === 'dash').slice(1)
}

function sentOver(fixture: PackagingFixture, protocol: string): number | undefined {
  return fixture.http.registry.get('live/test')?.deliveryTotals().get(protocol)?.bytesSent
}

async function segmentOf(fixture: PackagingFixture, path = '/live/test/video.m3u8'): Promise<string> {
  const { text } = await fixture.get(path, viewer)
  return `/live/test/${/^video-\d+\.m4s/m.exec(text)?.[0]}`
}

test('viewer sessions: who fetches lists and pieces is one viewer, whose bytes are counted when it is gone too', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  const before = sentOver(fixture, 'hls') ?? 0
  const { body } = await fixture.get(await segmentOf(fixture), viewer)
  await fixture.get('/live/test/audio.m3u8', viewer)
  const [session, ...others] = viewersOf(fixture, 'live/test')
  assert.deepEqual(others, [])
  assert.ok((session?.counters.bytesSent ?? 0) > body.length)
  const during = sentOver(fixture, 'hls') ?? 0
  assert.ok(during - before > body.length)
  fixture.play(publication, 17_000)
  assert.deepEqual(viewersOf(fixture, 'live/test'), [])
  assert.equal(sentOver(fixture, 'hls'), during)
  const bytes = fixture.http.events.flatMap(event => (event.type === 'play.stopped' ? event.bytes : []))
  assert.equal(
    bytes.reduce((sum, each) => sum + each, 0),
    during,
  )
  assert.deepEqual(new Set(fixture.http.endings), new Set(['Viewer left']))
})

test('viewer sessions: the segments of DASH are fetched by the viewer of the MPD', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/index.mpd', viewer)
  const time = /<S t="(\d+)"/.exec(text)?.[1]
  assert.equal((await fixture.get(`/live/test/video-t${time}.m4s`, viewer)).status, 200)
  const init = /initialization="(video-init-\d+\.m4s)"/.exec(text)?.[1]
  assert.equal((await fixture.get(`/live/test/${init}`, viewer)).status, 200)
  assert.deepEqual(
    viewersOf(fixture, 'live/test').map(({ info }) => info.protocol),
    ['dash'],
  )
})

test('viewer sessions: software, credentials of the URL and of the headers tell viewers apart, and each is asked', async () => {
  const authorizer = new Door()
  await using fixture = await PackagingFixture.listen({ authorizer })
  await fixture.publish('live/test')
  const before = authorizer.asked
  for (const [query, headers] of [
    ['', viewer],
    ['', { 'user-agent': 'other' }],
    ['?token=a', viewer],
    ['?token=b', viewer],
    ['', { ...viewer, authorization: 'Bearer a' }],
    ['', { ...viewer, authorization: 'Bearer b' }],
    ['', { ...viewer, 'x-forwarded-for': '203.0.113.7' }],
  ] as const) {
    for (const path of ['index', 'video']) await fixture.get(`/live/test/${path}.m3u8${query}`, headers)
  }
  assert.equal(viewersOf(fixture, 'live/test').length, 7)
  assert.equal(authorizer.asked - before, 7)
})

test('viewer sessions: nothing is kept of those who ask for what is not there, or may not have it', async () => {
  const authorizer = new Door()
  await using fixture = await PackagingFixture.listen({ authorizer })
  await fixture.publish('live/test')
  const timers = fixture.http.clock.pendingCount
  const started = fixture.http.eventsOf('play.started').length
  for (let i = 0; i < 20; i++) assert.equal((await fixture.get(`/live/none-${i}/index.m3u8`)).status, 404)
  authorizer.verdict = { isAllowed: false, refusal: 'wrong', reason: 'because' }
  for (let i = 0; i < 20; i++) {
    for (const path of ['index.m3u8', 'index.mpd', 'video-1767225600.m4s']) {
      assert.equal((await fixture.get(`/live/test/${path}?token=${i}`)).status, 401)
    }
  }
  assert.equal(fixture.http.eventsOf('play.started').length, started)
  assert.equal(fixture.http.clock.pendingCount, timers)
  assert.equal(fixture.packaging.packagers.packagers.length, 1)
})

test('viewer sessions: who is sent away is refused for a minute', async () => {
  await using fixture = await PackagingFixture.listen({ packager: { packagerIdleTimeout: 600_000 } })
  const publication = await fixture.publish('live/test')
  await fixture.get('/live/test/index.m3u8', viewer)
  const [session] = viewersOf(fixture, 'live/test')
  session?.end('kicked')
  assert.equal(fixture.http.endings.at(-1), 'Viewer was sent away')
  for (const path of ['index.m3u8', 'video.m3u8']) {
    assert.equal((await fixture.get(`/live/test/${path}`, viewer)).status, 403)
  }
  assert.equal((await fixture.get('/live/test/index.m3u8', { 'user-agent': 'other' })).status, 200)
  fixture.play(publication, 61_000)
  assert.equal((await fixture.get('/live/test/index.m3u8', viewer)).status, 200)
})

test('viewer sessions: who is sent away while it is asked again does not come back by the answer', async () => {
  const authorizer = new HeldAuthorizer()
  await using fixture = await PackagingFixture.listen({ authorizer, packager: { accessCheckInterval: 5000 } })
  const { registry } = fixture.http
  const publication = fixture.http.publish('live/test')
  const first = fixture.get('/live/test/video.m3u8', viewer)
  await fixture.http.until(() => authorizer.asked.length === 1)
  authorizer.decide({ isAllowed: true })
  await fixture.http.until(() => fixture.packaging.packagers.packagers.length === 1)
  fixture.play(publication, 5000)
  assert.equal((await first).status, 200)
  fixture.play(publication, 6000)
  const again = fixture.get('/live/test/video.m3u8', viewer)
  await fixture.http.until(() => authorizer.asked.length === 2)
  const session = [...(registry.get('live/test')?.subscribers ?? [])].find(({ info }) => info.protocol === 'hls')
  session?.end('kicked')
  authorizer.decide({ isAllowed: true })
  assert.equal((await again).status, 403)
  assert.equal((await fixture.get('/live/test/video.m3u8', viewer)).status, 403)
  assert.deepEqual(fixture.packaging.viewers, [])
})

test('viewer sessions: who may play no longer is asked again, and ends; that nobody can tell ends nobody', async () => {
  const authorizer = new Door()
  await using fixture = await PackagingFixture.listen({ authorizer, packager: { accessCheckInterval: 5000 } })
  const publication = await fixture.publish('live/test')
  const path = '/live/test/video.m3u8'
  assert.equal((await fixture.get(path, viewer)).status, 200)
  const before = authorizer.asked
  authorizer.verdict = { isAllowed: false, refusal: 'unavailable', reason: 'because' }
  fixture.play(publication, 4000)
  assert.equal((await fixture.get(path, viewer)).status, 200)
  assert.equal(authorizer.asked, before)
  fixture.play(publication, 2000)
  assert.equal((await fixture.get(path, viewer)).status, 200)
  assert.equal(authorizer.asked, before + 1)
  authorizer.verdict = { isAllowed: false, refusal: 'forbidden', reason: 'the token has expired' }
  fixture.play(publication, 6000)
  assert.equal((await fixture.get(path, viewer)).status, 403)
  assert.equal(fixture.http.endings.at(-1), 'Access has ended')
  assert.deepEqual(viewersOf(fixture, 'live/test'), [])
})

test('viewer sessions: a viewer stays one when the publisher comes back too late, and counts for each stream alone', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  await fixture.get(await segmentOf(fixture), viewer)
  publication.close()
  fixture.http.clock.advance(6000)
  assert.match((await fixture.get('/live/test/video.m3u8', viewer)).text, /ENDLIST/)
  const started = fixture.http.eventsOf('play.started').length
  const again = fixture.http.publish('live/test')
  const opened = fixture.get('/live/test/index.m3u8', viewer)
  await fixture.http.until(() => fixture.packaging.packagers.packagers.some(({ isEnded }) => !isEnded))
  fixture.play(again, 5000)
  const { body } = await opened
  assert.equal(fixture.http.eventsOf('play.started').length, started)
  assert.equal(sentOver(fixture, 'hls'), body.length)
})

test('viewer sessions: who plays over one protocol is asked before it plays over another, and again when told to', async () => {
  const authorizer = new SomeProtocols()
  authorizer.allowed.add('hls')
  await using fixture = await PackagingFixture.listen({ authorizer })
  await fixture.publish('live/test')
  const segment = await segmentOf(fixture)
  const statuses = async (): Promise<readonly number[]> => {
    const paths = ['/live/test/index.mpd', '/live/test/video.m3u8', segment]
    return Promise.all(paths.map(async path => (await fixture.get(path, viewer)).status))
  }
  assert.deepEqual(await statuses(), [403, 200, 200])
  authorizer.allowed.add('dash')
  assert.deepEqual(await statuses(), [200, 200, 200])
  assert.equal(viewersOf(fixture, 'live/test').length, 1)
  authorizer.allowed.delete('hls')
  assert.deepEqual(await statuses(), [200, 200, 200])
  fixture.packaging.askAgain(stream => stream === 'live/other')
  assert.deepEqual(await statuses(), [200, 200, 200])
  fixture.packaging.askAgain(stream => stream === 'live/test')
  assert.equal((await fixture.get('/live/test/video.m3u8', viewer)).status, 403)
  assert.equal((await fixture.get('/live/test/index.mpd', viewer)).status, 200)
  assert.equal((await fixture.get(segment, viewer)).status, 200)
})
