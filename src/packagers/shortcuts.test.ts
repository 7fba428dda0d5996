import assert from 'node:assert/strict'
import { gunzipSync } from 'node:zlib'
import { test } from 'vitest'
import { type Answer, PackagingFixture } from '../../test/support/packaging-fixture.ts'

const known = { 'user-agent': 'known' }

/** What differs from answer to answer, whatever is asked. */
const passing = ['date', 'connection', 'keep-alive']

function factsOf({ status, headers, body }: Answer) {
  const lasting = [...headers].filter(([name]) => !passing.includes(name)).map(([name, value]) => `${name}: ${value}`)
  return { status, headers: new Set(lasting), size: body.length }
}

/** A player that was let in, and the names that its playlist has. */
async function playing(fixture: PackagingFixture) {
  const publication = await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/video.m3u8', known)
  const number = Number(/^video-(\d+)\.m4s/m.exec(text)?.[1])
  const [, next = 0, part = 0] = (/PRELOAD-HINT.*video-(\d+)\.(\d+)\./.exec(text) ?? []).map(Number)
  const [, period] = /video-init-(\d+)/.exec(text) ?? []
  return { publication, number, next, part, period }
}

for (const corsOrigins of [['*'], [], ['https://one.example', 'https://two.example']]) {
  test(`shortcuts: who was let in gets the answer of routes, with origins ${corsOrigins.join()}`, async () => {
    await using fixture = await PackagingFixture.listen({ config: { corsOrigins } })
    const { number, next, part, period } = await playing(fixture)
    const paths = [
      'video.m3u8',
      'audio.m3u8',
      'video.m3u8?_HLS_skip=YES',
      `video.m3u8?_HLS_msn=${number}&_HLS_part=0`,
      `video-${number}.m4s`,
      `video-${next}.${part - 1}.m4s`,
      `audio-init-${period}.m4s`,
      'video.m3u8?token=a%26b',
    ]
    for (const path of paths) {
      for (const origin of ['https://one.example', 'https://three.example', undefined]) {
        const headers = { ...(origin !== undefined && { origin }) }
        const first = { ...headers, 'user-agent': `stranger ${path} ${origin ?? ''}` }
        const before = fixture.routed
        const routed = await fixture.get(`/live/test/${path}`, first)
        assert.equal(fixture.routed, before + 1)
        const quick = await fixture.get(`/live/test/${path}`, first)
        assert.equal(fixture.routed, before + 1, path)
        assert.deepEqual(factsOf(quick), factsOf(routed))
        assert.ok(quick.body.equals(routed.body))
      }
    }
  })
}

test('shortcuts: what needs more than what is in memory is routed', async () => {
  await using fixture = await PackagingFixture.listen()
  const { number, next } = await playing(fixture)
  for (const [path, headers, status] of [
    [`video-${number}.m4s`, { range: 'bytes=0-1' }, 206],
    [`video-0${number}.m4s`, {}, 404],
    [`video-${number}.ts`, {}, 404],
    [`%76ideo-${number}.m4s`, {}, 200],
    [`video-${next + 5}.0.m4s`, {}, 404],
    ['video-1.m4s', {}, 404],
    ['index.m3u8', {}, 200],
    ['audio-2.m3u8', {}, 404],
  ] as const) {
    const before = fixture.routed
    const answer = await fixture.get(`/live/test/${path}`, { ...known, ...headers })
    assert.equal(answer.status, status, path)
    // What ends in `.ts` and is no segment is a stream of its own, which others play.
    assert.equal(fixture.routed, path.endsWith('.ts') ? before : before + 1, path)
  }
})

test('shortcuts: who waits gets the playlist, or the part, when it is there', async () => {
  await using fixture = await PackagingFixture.listen()
  const { publication, next, part } = await playing(fixture)
  const before = fixture.routed
  const list = fixture.get(`/live/test/video.m3u8?_HLS_msn=${next}&_HLS_part=${part}`, known)
  const bytes = fixture.get(`/live/test/video-${next}.${part}.m4s`, known)
  await fixture.http.until(() => fixture.waiting === 2)
  fixture.play(publication, 400)
  assert.ok((await list).text.includes(`video-${next}.${part}.m4s`))
  assert.equal((await list).headers.get('cache-control'), 'max-age=12')
  assert.ok((await bytes).body.equals((await fixture.get(`/live/test/video-${next}.${part}.m4s`, known)).body))
  assert.equal(fixture.routed, before)
})

test('shortcuts: what does not come in time is refused, as routes would', async () => {
  await using fixture = await PackagingFixture.listen()
  const { next, part } = await playing(fixture)
  const list = fixture.get(`/live/test/video.m3u8?_HLS_msn=${next}&_HLS_part=${part}`, known)
  const bytes = fixture.get(`/live/test/video-${next}.${part}.m4s`, known)
  await fixture.http.until(() => fixture.waiting === 2)
  fixture.http.clock.advance(10_000)
  assert.deepEqual([(await list).status, (await list).headers.get('cache-control')], [503, 'no-store'])
  assert.match((await list).headers.get('content-type') ?? '', /problem/)
  assert.equal((await bytes).status, 404)
  assert.equal(fixture.waiting, 0)
})

test('shortcuts: who goes away waits no longer', async () => {
  await using fixture = await PackagingFixture.listen()
  const { next, part } = await playing(fixture)
  const path = `/live/test/video.m3u8?_HLS_msn=${next}&_HLS_part=${part}`
  const client = await fixture.http.get(path, 'User-Agent: known')
  await fixture.http.until(() => fixture.waiting === 1)
  client.destroy()
  await fixture.http.until(() => fixture.waiting === 0)
})

test('shortcuts: who waits when the stream ends is told its end', async () => {
  await using fixture = await PackagingFixture.listen()
  const { publication, next, part } = await playing(fixture)
  const list = fixture.get(`/live/test/video.m3u8?_HLS_msn=${next + 1}&_HLS_part=${part}`, known)
  await fixture.http.until(() => fixture.waiting === 1)
  publication.close()
  fixture.http.clock.advance(6000)
  assert.match((await list).text, /#EXT-X-ENDLIST/)
})

test('shortcuts: who waits when the server shuts down is not told that the stream has ended', async () => {
  await using fixture = await PackagingFixture.listen()
  const { next, part } = await playing(fixture)
  const list = fixture.get(`/live/test/video.m3u8?_HLS_msn=${next + 1}&_HLS_part=${part}`, known)
  await fixture.http.until(() => fixture.waiting === 1)
  fixture.http.registry.close('shutdown')
  const { status, text, headers } = await list
  assert.deepEqual([status, headers.get('cache-control')], [503, 'no-store'])
  assert.match(text, /the server shuts down/)
  for (const { renditions, isEnded } of fixture.packaging.packagers.packagers) {
    assert.ok(isEnded && renditions.every(rendition => rendition.isOver && !rendition.isEnded))
  }
})

test('shortcuts: compressed, and not sent again to who has it', async () => {
  await using fixture = await PackagingFixture.listen()
  await playing(fixture)
  const path = '/live/test/video.m3u8'
  const { text, headers } = await fixture.get(path, known)
  const before = fixture.routed
  const etag = headers.get('etag') ?? ''
  const again = await fixture.get(path, { ...known, 'if-none-match': etag })
  assert.deepEqual([again.status, again.body.length, again.headers.get('etag')], [304, 0, etag])
  const client = await fixture.http.get(path, 'User-Agent: known', 'Accept-Encoding: gzip')
  const head = await client.head()
  const body = await client.bodyOf(Number(/content-length: (\d+)/i.exec(head)?.[1]))
  assert.equal(gunzipSync(body).toString(), text)
  assert.equal(fixture.routed, before)
})
