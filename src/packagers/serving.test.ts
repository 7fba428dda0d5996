import assert from 'node:assert/strict'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'

/** Names of the segments that a playlist lists. */
function segmentsIn(playlist: string): string[] {
  return playlist.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

test('serving: what lists a stream is the same for everybody, and caches may keep it for a moment', async () => {
  await using fixture = await PackagingFixture.listen({ hls: { hlsLowLatency: false } })
  await fixture.publish('live/test')
  for (const [path, type] of [
    ['index.m3u8', 'application/vnd.apple.mpegurl'],
    ['video.m3u8', 'application/vnd.apple.mpegurl'],
    ['index.mpd', 'application/dash+xml'],
  ]) {
    const { status, headers, body } = await fixture.get(`/live/test/${path}`)
    assert.deepEqual([status, headers.get('content-type'), headers.get('cache-control')], [200, type, 'max-age=1'])
    assert.equal(headers.get('vary'), 'Accept-Encoding')
    assert.equal(headers.get('set-cookie'), null)
    assert.equal(headers.get('access-control-allow-origin'), '*')
    assert.match(headers.get('access-control-expose-headers') ?? '', /Content-Range/)
    const etag = headers.get('etag') ?? ''
    assert.match(etag, /^W\/"/)
    const again = await fixture.get(`/live/test/${path}`, { 'if-none-match': etag, 'user-agent': 'another' })
    assert.deepEqual([again.status, again.body.length, again.headers.get('etag')], [304, 0, etag])
    const head = await fixture.get(`/live/test/${path}`, {}, 'HEAD')
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(body.length)])
  }
})

test('serving: what lists a stream is compressed for those who take that', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  const path = '/live/test/video.m3u8'
  const plain = await fixture.get(path)
  for (const [accepted, coding, decompress] of [
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
  ] as const) {
    const client = await fixture.http.get(path, `Accept-Encoding: ${accepted}`)
    const head = await client.head()
    assert.match(head, new RegExp(`content-encoding: ${coding}`, 'i'))
    const body = await client.bodyOf(Number(/content-length: (\d+)/i.exec(head)?.[1]))
    assert.equal(decompress(body).toString(), plain.text)
  }
})

test('serving: a list that was waited for may be kept for six target durations', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  const { text, headers } = await fixture.get('/live/test/video.m3u8')
  assert.equal(headers.get('cache-control'), 'max-age=1')
  const sequence = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1])
  const waited = await fixture.get(`/live/test/video.m3u8?_HLS_msn=${sequence}&_HLS_part=0`)
  assert.deepEqual([waited.status, waited.headers.get('cache-control')], [200, 'max-age=12'])
})

test('serving: a segment is there for ever, in whole, in part, or as nothing but its head', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  const [name] = segmentsIn((await fixture.get('/live/test/video.m3u8')).text)
  const path = `/live/test/${name}`
  const whole = await fixture.get(path)
  const size = whole.body.length
  assert.equal(whole.headers.get('cache-control'), 'max-age=31536000, immutable')
  assert.deepEqual([whole.headers.get('content-type'), whole.headers.get('accept-ranges')], ['video/mp4', 'bytes'])
  for (const [range, status, start, end] of [
    ['bytes=0-9', 206, 0, 10],
    ['bytes=10-', 206, 10, size],
    ['bytes=-5', 206, size - 5, size],
    [`bytes=0-${size + 100}`, 206, 0, size],
    ['bytes=5-2', 200, 0, size],
    ['bytes=0-1,4-5', 200, 0, size],
    ['lines=0-1', 200, 0, size],
  ] as const) {
    const part = await fixture.get(path, { range })
    assert.equal(part.status, status, range)
    assert.ok(part.body.equals(whole.body.subarray(start, end)), range)
    const told = status === 206 ? `bytes ${start}-${end - 1}/${size}` : null
    assert.equal(part.headers.get('content-range'), told)
  }
  const behind = await fixture.get(path, { range: `bytes=${size}-` })
  assert.deepEqual([behind.status, behind.headers.get('content-range')], [416, `bytes */${size}`])
  assert.equal((await fixture.get(path, { range: 'bytes=0-1', 'if-range': '"x"' })).status, 200)
  const head = await fixture.get(path, {}, 'HEAD')
  assert.deepEqual([head.status, head.headers.get('content-length'), head.body.length], [200, String(size), 0])
})

test('serving: credentials of the URL are in every URL, and told apart from others in the same list', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  for (const token of ['one', 'two%26']) {
    const { text } = await fixture.get(`/live/test/video.m3u8?token=${token}`)
    for (const line of segmentsIn(text)) assert.ok(line.endsWith(`?token=${token}`), line)
    const mpd = await fixture.get(`/live/test/index.mpd?user=eva&pass=${token}`)
    assert.ok(mpd.text.includes(`?user=eva&amp;pass=${token}"`), mpd.text)
  }
})

test('serving: bad requests are answered with a problem, and nothing is kept of who sent them', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/video.m3u8', { 'user-agent': 'opener' })
  const newest = Number(/PRELOAD-HINT.*video-(\d+)\./.exec(text)?.[1])
  const players = fixture.http.eventsOf('play.started').length
  for (const [path, status] of [
    ['/live/none/index.m3u8', 404],
    ['/live/none/video.m3u8', 404],
    ['/live/none.mpd', 404],
    ['/live/none/video-1795219200.m4s', 404],
    ['/live/none/ts-1795219200.ts', 404],
    ['/index.m3u8', 404],
    ['/a/../b%20c/index.m3u8', 400],
    ['/..%2f..%2fetc%2fpasswd/index.m3u8', 400],
    ['/live%00/index.m3u8', 400],
    [`/${'a/'.repeat(20)}index.m3u8`, 400],
  ] as const) {
    await expectProblem(fixture, path, status)
  }
  assert.equal(fixture.http.eventsOf('play.started').length, players)
  for (const [path, status] of [
    ['/live/test/audio-2.m3u8', 404],
    ['/live/test/ts-2.m3u8', 404],
    ['/live/test/video-99.m3u8', 404],
    ['/live/test/video-1.m4s', 404],
    ['/live/test/video-99999999999999999999.m4s', 404],
    [`/live/test/video-${newest + 50}.m4s`, 404],
    [`/live/test/video-${newest - 1}.999.m4s`, 404],
    [`/live/test/audio-9-${newest}.m4s`, 404],
    ['/live/test/video-init-1.m4s', 404],
    ['/live/test/video-t1.m4s', 404],
    ['/live/test/..%2fvideo-1.m4s', 400],
    ['/live/test/nothing.m4s', 404],
    ['/live/test/video.m3u8?_HLS_msn=-1', 400],
    ['/live/test/video.m3u8?_HLS_msn=NaN', 400],
    ['/live/test/video.m3u8?_HLS_msn=1e9', 400],
    ['/live/test/video.m3u8?_HLS_msn=', 400],
    ['/live/test/video.m3u8?_HLS_msn=99999999999999999999', 400],
    [`/live/test/video.m3u8?_HLS_msn=${newest + 1000}`, 400],
    ['/live/test/video.m3u8?_HLS_part=1', 400],
    [`/live/test/video.m3u8?_HLS_msn=${newest}&_HLS_part=-1`, 400],
    [`/live/test/video.m3u8?_HLS_msn=${newest}&_HLS_part=99999`, 400],
    [`/live/test/video.m3u8?_HLS_msn=${newest + 1}&_HLS_part=40`, 400],
    [`/live/test/video.m3u8?_HLS_msn=${newest + 3}`, 400],
    ['/live/test/video.m3u8?_HLS_msn=0x10', 400],
    ['/live/test/video.m3u8?_HLS_msn=1,5', 400],
    ['/live/test/video-t999999999999999.m4s', 404],
    ['/live/test/video-t-1.m4s', 404],
    ['/live/test/video-1e3.m4s', 404],
    ['/live/test/video-0x10.m4s', 404],
    ['/live/test/video%00-1.m4s', 404],
    ['/live/test/video-1.m4s%00', 404],
    ['/live/test/.../video-1.m4s', 404],
  ] as const) {
    await expectProblem(fixture, path, status)
  }
})

test('serving: a part that was hinted at is not one of another period', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/video.m3u8')
  const hint = /PRELOAD-HINT.*URI="([^"]+)"/.exec(text)?.[1]
  const { clock } = fixture.http
  const before = clock.pendingCount
  const first = fixture.get(`/live/test/${hint}`)
  const [, number] = /video-(\d+)/.exec(hint ?? '') ?? []
  const second = fixture.get(`/live/test/video-${Number(number) + 1}.0.m4s`)
  await fixture.http.until(() => clock.pendingCount === before + 2)
  publication.close()
  assert.equal((await fixture.get('/live/test/video.m3u8')).text.includes('PRELOAD-HINT'), false)
  assert.deepEqual([(await first).status, (await second).status], [200, 404])
})

async function expectProblem(fixture: PackagingFixture, path: string, status: number): Promise<void> {
  const answer = await fixture.get(path, { 'user-agent': 'stranger' })
  assert.equal(answer.status, status, `${path}: ${answer.text}`)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8', path)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(JSON.parse(answer.text).status, status)
}

test('serving: a segment that is being made is sent part by part as it comes, and is then the same for all', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test', 6500)
  const segments = /<AdaptationSet id="0".*?<S t="(\d+)" d="(\d+)" r="(\d+)"/s
  const [, first, duration, more] = segments.exec((await fixture.get('/live/test/index.mpd')).text) ?? []
  const file = `/live/test/video-t${Number(first) + Number(duration) * (Number(more) + 1)}.m4s`
  const response = await fetch(`http://127.0.0.1:${fixture.http.port}${file}`)
  assert.deepEqual(
    [response.status, response.headers.get('transfer-encoding'), response.headers.get('content-length')],
    [200, 'chunked', null],
  )
  const reader = (response.body ?? assert.fail('no body')).getReader()
  const pieces: Uint8Array[] = []
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value)
    fixture.play(publication, 200)
  }
  assert.ok(pieces.length > 3, `${pieces.length} pieces`)
  const { status, body } = await fixture.get(file)
  assert.deepEqual([status, body.equals(Buffer.concat(pieces))], [200, true])
})
