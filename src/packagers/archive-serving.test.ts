import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { Http2Client } from '../../test/support/http2-client.ts'
import { MemoryStore } from '../../test/support/memory-store.ts'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { pollUntil } from '../../test/support/polling.ts'

/** Where the clock of the fixture begins. */
const start = Date.UTC(2026, 0, 1)

let dvrFolder: string
beforeEach(async () => {
  dvrFolder = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
})
afterEach(() => rm(dvrFolder, { recursive: true }))

/** A stream of which so many segments of two seconds are kept. */
async function kept(count: number, store?: MemoryStore): Promise<PackagingFixture> {
  const fixture = await PackagingFixture.listen({ dvrFolder, ...(store && { store }) })
  const publication = fixture.http.publish('live/test')
  for (let second = 0; second <= 2 * count; second++) {
    fixture.play(publication, 1000)
    await turn()
  }
  while (fixture.packaging.dvr.list()[0]?.segments !== 2 * count) await turn()
  return fixture
}

/** What was to happen soon has happened. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

/** Names of the files that a playlist lists. */
function filesIn(playlist: string): string[] {
  return playlist.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

/** Segments of a playlist by their numbers, from the first that the fixture makes. */
function numbersIn(playlist: string): number[] {
  return filesIn(playlist).map(name => Number(/-(\d+)\.m4s/.exec(name)?.[1]) - start / 1000)
}

async function mediaOf(fixture: PackagingFixture, query: string): Promise<{ name: string; text: string }> {
  const index = await fixture.get(`/live/test/dvr.m3u8${query}`)
  assert.equal(index.status, 200, index.text)
  const [name = ''] = filesIn(index.text)
  const { text, status } = await fixture.get(`/live/test/${name}`)
  assert.equal(status, 200, text)
  return { name, text }
}

test('dvr: what is kept of a stream that goes on is a list that goes on', async () => {
  await using fixture = await kept(30)
  const { name, text } = await mediaOf(fixture, '')
  assert.equal(name, 'dvr-video.m3u8')
  assert.deepEqual(
    numbersIn(text),
    Array.from({ length: 30 }, (_, i) => i),
  )
  for (const line of [
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-TARGETDURATION:2',
    '#EXTINF:2.00000,',
  ]) {
    assert.ok(text.includes(`${line}\n`), line)
  }
  assert.ok(!/ENDLIST|PLAYLIST-TYPE|EXT-X-START/.test(text), text)
  assert.match(text, /#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.0[0-9]+Z\n/)
  const delta = await fixture.get(`/live/test/${name}?_HLS_skip=YES`)
  assert.match(delta.text, /#EXT-X-SKIP:SKIPPED-SEGMENTS=24\n/)
  assert.deepEqual(numbersIn(delta.text), [24, 25, 26, 27, 28, 29])
})

test('dvr: of a time that is over the list is complete, and each of its files is there', async () => {
  await using fixture = await kept(30)
  const { name, text } = await mediaOf(fixture, '?from=2026-01-01T00:00:05Z&duration=7')
  // As long as the segments are that the window shows.
  assert.equal(name, `dvr-video-${start + 4040}-${start + 12_040}.m3u8`)
  assert.deepEqual(numbersIn(text), [2, 3, 4, 5])
  assert.match(text, /#EXT-X-PLAYLIST-TYPE:VOD\n[^]*#EXT-X-ENDLIST\n/)
  assert.match(text, /#EXT-X-MEDIA-SEQUENCE:2\n/)
  const init = /URI="(.*?)"/.exec(text)?.[1]
  for (const file of [init, ...filesIn(text)]) {
    const answer = await fixture.get(`/live/test/${file}`)
    assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'video/mp4'], file)
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/)
  }
  const sound = await fixture.get(`/live/test/${name.replace('video', 'audio')}`)
  assert.deepEqual(numbersIn(sound.text), [2, 3, 4, 5])
})

test('dvr: windows that show the same segments are one list, made once, also while the stream goes on', async () => {
  await using fixture = await kept(30)
  const archive = fixture.packaging.dvr.find('live/test') ?? assert.fail()
  const segments = archive.segments.bind(archive)
  let made = 0
  archive.segments = span => (made++, segments(span))
  const ask = async (path: string) => (await fixture.get(`/live/test/${path}`)).headers.get('etag')
  const ofList = (from: number, to: number) => ask(`dvr-video-${start + from}-${start + to}.m3u8`)
  const ofMpd = (from: number) => ask(`dvr.mpd?offset=${from / 1000}&duration=6`)
  const [list, index, mpd] = [await ofList(5000, 12_000), await ask('dvr.m3u8?offset=5&duration=6'), await ofMpd(5000)]
  const before = made
  for (let ms = 1; ms < 20; ms++) {
    assert.equal(await ofList(5000 + ms, 12_000 - ms), list)
    assert.equal(await ask(`dvr.m3u8?offset=${5 + ms / 1000}&duration=6`), index)
    assert.equal(await ofMpd(5000 + ms), mpd)
  }
  fixture.play(fixture.publications[0] ?? assert.fail(), 3000)
  while (fixture.packaging.dvr.list()[0]?.segments === 60) await turn()
  assert.equal(await ofList(5000, 12_000), list)
  assert.equal(made, before)
  assert.notEqual(await ofList(3000, 12_000), list)
})

test('dvr: what is newest ends no list while the stream goes on, as its sound is kept a moment later', async () => {
  await using fixture = await kept(5)
  const archive = fixture.packaging.dvr.find('live/test') ?? assert.fail()
  const segments = archive.segments.bind(archive)
  archive.segments = async span => {
    const all = await segments(span)
    return all.filter(({ rendition, number }) => rendition === 'video' || number < start / 1000 + 4)
  }
  const list = async (to: number) => (await fixture.get(`/live/test/dvr-audio-${start}-${start + to}.m3u8`)).text
  const early = await list(9500)
  assert.deepEqual(numbersIn(early), [0, 1, 2, 3])
  assert.doesNotMatch(early, /ENDLIST|VOD/)
  assert.match(await list(7500), /PLAYLIST-TYPE:VOD\n[^]*#EXT-X-ENDLIST/)
  const mpd = async (to: string) => (await fixture.get(`/live/test/dvr.mpd?from=2026-01-01T00:00:00Z&to=${to}`)).text
  assert.match(await mpd('2026-01-01T00:00:09.5Z'), /type="dynamic"/)
  assert.match(await mpd('2026-01-01T00:00:07.5Z'), /type="static"/)
})

test('dvr: of a segment that only the disk has, ranges are sent, and it is told of', async () => {
  await using fixture = await kept(30)
  const path = `/live/test/video-${start / 1000}.m4s`
  const { body } = await fixture.get(path)
  const part = await fixture.get(path, { range: 'bytes=100-199' })
  assert.deepEqual([part.status, part.headers.get('content-range')], [206, `bytes 100-199/${body.length}`])
  assert.ok(part.body.equals(body.subarray(100, 200)))
  const head = await fixture.get(path, {}, 'HEAD')
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(body.length)])
  assert.equal((await fixture.get(path, { range: `bytes=${body.length}-` })).status, 416)
})

test('dvr: over HTTP/2 a hundred segments come over one connection at once', async () => {
  await using fixture = await kept(30)
  await fixture.http.listenTls()
  await using client = await Http2Client.connect(fixture.http.tlsPort)
  const numbers = Array.from({ length: 100 }, (_, i) => start / 1000 + (i % 20))
  const answers = await Promise.all(numbers.map(number => client.get(`/live/test/video-${number}.m4s`)))
  const [plain, first] = [await fixture.get(`/live/test/video-${start / 1000}.m4s`), answers[0]]
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(first?.headers['content-length'], String(plain.body.length))
  assert.ok(first.body.equals(plain.body))
  // Whoever gives up leaves the others alone.
  const given = client.request(`/live/test/video-${start / 1000}.m4s`)
  given.close()
  assert.equal((await client.get(`/live/test/video-${start / 1000 + 1}.m4s`)).status, 200)
})

test('dvr: a list is the same until there is more', async () => {
  await using fixture = await PackagingFixture.listen({ dvrFolder })
  const publication = fixture.http.publish('live/test')
  const untilKept = async (count: number): Promise<string> => {
    for (let second = 0; fixture.packaging.dvr.list()[0]?.segments !== 2 * count; second++) {
      if (second <= 2 * count) fixture.play(publication, 1000)
      await turn()
    }
    const answer = await fixture.get('/live/test/dvr-video.m3u8')
    assert.equal(numbersIn(answer.text).length, count)
    const again = await fixture.get('/live/test/dvr-video.m3u8', { 'user-agent': 'another' })
    assert.equal(again.headers.get('etag'), answer.headers.get('etag'))
    return answer.text
  }
  const [before, after] = [await untilKept(3), await untilKept(5)]
  assert.deepEqual(numbersIn(after).slice(0, 3), numbersIn(before))
})

test('dvr: a player that begins in the past begins there, and goes on', async () => {
  await using fixture = await kept(30)
  const { text } = await mediaOf(fixture, '?offset=-10.5')
  assert.deepEqual(numbersIn(text), [25, 26, 27, 28, 29])
  assert.match(text, /#EXT-X-START:TIME-OFFSET=0.00000\n/)
  assert.ok(!text.includes('ENDLIST'))
})

test('dvr: what is kept is there when nobody publishes the stream, and after a restart', async () => {
  await (await kept(5))[Symbol.asyncDispose]()
  await using fixture = await PackagingFixture.listen({ dvrFolder })
  await fixture.packaging.open()
  const index = await fixture.get('/live/test/dvr.m3u8')
  assert.match(index.text, /RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio"\n/)
  const { text } = await mediaOf(fixture, '')
  // With what had come of the last segment when the server stopped.
  assert.deepEqual(numbersIn(text), [0, 1, 2, 3, 4, 5])
  assert.match(text, /#EXT-X-ENDLIST\n/)
  const [file = ''] = filesIn(text)
  assert.equal((await fixture.get(`/live/test/${file}`)).status, 200)
  assert.equal((await fixture.get('/live/test/video.m3u8')).status, 404)
  assert.equal(fixture.http.eventsOf('play.started').length, 1)
})

test('dvr: credentials go on into each list and file', async () => {
  await using fixture = await kept(3)
  const index = await fixture.get('/live/test/dvr.m3u8?offset=0&token=t')
  const [name = ''] = filesIn(index.text)
  assert.match(name, /^dvr-video-\d+\.m3u8\?token=t$/)
  const { text } = await fixture.get(`/live/test/${name}`)
  for (const file of filesIn(text)) assert.ok(file.endsWith('?token=t'), file)
})

test('dvr: over DASH a time that is over is a static presentation from 0 on, and each of its files is there', async () => {
  await using fixture = await kept(30)
  const { status, headers, text } = await fixture.get('/live/test/dvr.mpd?from=2026-01-01T00:00:05Z&duration=7')
  assert.deepEqual([status, headers.get('content-type')], [200, 'application/dash+xml'])
  assert.match(text, /<MPD [^>]*type="static"[^>]*mediaPresentationDuration="PT8S"/)
  assert.match(text, /<Period id="\d+" start="PT0S" duration="PT8S">/)
  const [, time, duration, repeated] = /<S t="(\d+)" d="(\d+)" r="(\d+)"/.exec(text) ?? []
  assert.deepEqual([duration, repeated], ['180000', '3'])
  const init = /initialization="(video[^"]*)"/.exec(text)?.[1]
  const files = [0, 1, 2, 3].map(i => `video-t${Number(time) + i * Number(duration)}.m4s`)
  for (const file of [init, ...files]) assert.equal((await fixture.get(`/live/test/${file}`)).status, 200, file)
})

test('dvr: over DASH a stream that goes on can be rewound', async () => {
  await using fixture = await kept(30)
  const { text } = await fixture.get('/live/test/dvr.mpd')
  assert.match(text, /<MPD [^>]*type="dynamic"[^>]*timeShiftBufferDepth="PT60\.[.\d]*S"/)
  assert.match(text, /<S t="\d+" d="180000" r="29"/)
})

/** Segments of two seconds, the first from 00:00:00.040 on: what is asked for, and which of them that hits. */
const windows: readonly (readonly [query: string, numbers: readonly number[]])[] = [
  ['from=2026-01-01T00:00:00.040Z&duration=2', [0]],
  ['from=2026-01-01T00:00:02.040Z&duration=2', [1]],
  ['from=2026-01-01T00:00:02.039Z&duration=0.001', [0]],
  ['from=2026-01-01T00:00:02.039Z&duration=0.002', [0, 1]],
  ['from=2026-01-01T00:00:03Z&duration=500ms', [1]],
  ['from=2026-01-01T01:00:03.5%2B01:00&to=2025-12-31T23:00:06.5-01:00', [1, 2, 3]],
  ['from=2025-12-31T23:59:00Z&duration=1m1s', [0]],
  ['from=2026-01-01T00:00:17Z&duration=3600', [8, 9]],
  ['offset=0&duration=4', [0, 1]],
  ['offset=18&duration=90', [9]],
  ['offset=-5&duration=2', [7, 8]],
  ['offset=-0.5', [9]],
  ['offset=-0.5&duration=3', [9]],
  ['from=2026-01-01T00:00:20.5Z', [9]],
]

test('dvr: each time that is asked for hits exactly its segments, in every rendition, over HLS and DASH', async () => {
  await using fixture = await kept(10)
  // The clock is a second past what is kept.
  assert.equal(fixture.http.clock.wall(), start + 21_000)
  for (const [query, numbers] of windows) {
    const index = await fixture.get(`/live/test/dvr.m3u8?${query}`)
    const video = filesIn(index.text)[0] ?? assert.fail(index.text)
    for (const name of [video, video.replace('video', 'audio')]) {
      assert.deepEqual(numbersIn((await fixture.get(`/live/test/${name}`)).text), numbers, `${query} of ${name}`)
    }
    const { text } = await fixture.get(`/live/test/dvr.mpd?${query}`)
    const [, first = '', repeated = '0'] = /<S t="(\d+)" d="180000"(?: r="(\d+)")?\/>/.exec(text) ?? assert.fail(text)
    assert.deepEqual(
      [Number(first) / 90 - start, Number(repeated) + 1],
      [40 + 2000 * (numbers[0] ?? 0), numbers.length],
      query,
    )
  }
})

test('dvr: names that lead elsewhere, or are those of the disk, are none', async () => {
  await using fixture = await kept(30)
  const [number, hour] = [start / 1000, '2026-01-01T00']
  for (const name of [
    `@dvr/${hour}/index`,
    `@dvr/${hour}/video-${number}.m4s`,
    `..%2f@dvr%2f${hour}%2fvideo-${number}.m4s`,
    `%2e%2e/test/@dvr/${hour}/video-${number}.m4s`,
    `${hour}/video-${number}.m4s`,
    `${hour}%2fvideo-${number}.m4s`,
    `video-init-${number}-${number}.m4s`,
    `video-${number}.m4s.part`,
    `video-${number}%00.m4s`,
    `video--${number}.m4s`,
    `video-${number}e0.m4s`,
    `video-${'9'.repeat(30)}.m4s`,
    `..%5cvideo-${number}.m4s`,
    `audio-2-${number}.m4s`,
    `video-t${'9'.repeat(30)}.m4s`,
  ]) {
    const { status, headers, text } = await fixture.get(`/live/test/${name}`)
    assert.ok(status === 400 || status === 404, `${name}: ${status} ${text}`)
    assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8', name)
  }
  assert.equal((await fixture.get(`/live/test/video-${number}.m4s`)).status, 200)
})

/** The stream ends, and all of it is in the bucket. */
async function archived({ packaging, publications, http }: PackagingFixture): Promise<void> {
  for (const publication of publications) publication.close()
  http.clock.advance(60_000)
  while (packaging.dvr.pending.segments > 0 || packaging.dvr.list()[0]?.isGrowing === true) {
    http.clock.advance(1000)
    await turn()
  }
}

/** The next server has nothing but the bucket. */
async function inheritor({ objects }: MemoryStore): Promise<{ fixture: PackagingFixture; store: MemoryStore }> {
  await rm(join(dvrFolder, 'live'), { recursive: true })
  const store = new MemoryStore()
  for (const [key, bytes] of objects) store.objects.set(key, bytes)
  const fixture = await PackagingFixture.listen({ dvrFolder, store })
  await fixture.packaging.open()
  return { fixture, store }
}

test('dvr: no list begins earlier when more comes back from a bucket: it waits, or is a matter of time', async () => {
  const before = new MemoryStore()
  {
    await using fixture = await kept(30, before)
    fixture.publications[0]?.close()
    for (let hour = 1; hour < 4; hour++) {
      fixture.http.clock.advance(3_600_000)
      const publication = fixture.http.publish('live/test')
      fixture.play(publication, 60_000)
      publication.close()
      await turn()
    }
    await archived(fixture)
  }
  const { fixture: opened, store } = await inheritor(before)
  await using fixture = opened
  const gate = Promise.withResolvers<void>()
  store.gate = gate.promise
  const lists = ['dvr.m3u8', 'dvr-video.m3u8', 'dvr.mpd', 'dvr.m3u8?duration=5', 'clip.mp4?offset=0&duration=5']
  const early = lists.map(list => fixture.get(`/live/test/${list}`))
  await pollUntil('requests that wait', async () => (fixture.routed === lists.length ? true : undefined))
  await turn()
  fixture.http.clock.advance(8000)
  for (const { status, headers } of await Promise.all(early)) {
    assert.deepEqual([status, headers.get('retry-after')], [503, '2'])
  }
  gate.resolve()
  const { text } = await mediaOf(fixture, '')
  assert.equal(numbersIn(text)[0], 0)
})

test('dvr: a segment that only a bucket has which is down is a matter of time, and the next one is told at once', async () => {
  const before = new MemoryStore()
  {
    await using fixture = await kept(30, before)
    await archived(fixture)
  }
  const { fixture: opened, store: again } = await inheritor(before)
  await using fixture = opened
  const path = `/live/test/video-${start / 1000}.m4s`
  again.problem = 'nobody listens there'
  for (let i = 0; i < 2; i++) {
    const { status, headers, text } = await fixture.get(path)
    assert.deepEqual([status, headers.get('retry-after'), JSON.parse(text).status], [503, '5', 503])
    assert.ok(!text.includes('nobody'), text)
  }
  again.problem = undefined
  fixture.http.clock.advance(5000)
  assert.equal((await fixture.get(path)).status, 200)
})

test('dvr: bad requests are answered with a problem', async () => {
  await using fixture = await kept(3)
  for (const [path, status] of [
    ['/live/none/dvr.m3u8', 404],
    ['/live/none/dvr-video.m3u8', 404],
    ['/live/test/dvr.m3u8?from=2026-01-01T01:00:00Z', 404],
    ['/live/test/dvr.m3u8?from=2026-01-01T00:00:07.001Z', 404],
    ['/live/test/dvr.m3u8?from=2025-01-01T00:00:00Z&duration=5', 404],
    ['/live/test/dvr.m3u8?from=now', 400],
    ['/live/test/dvr.m3u8?offset=0&duration=-1', 400],
    ['/live/test/dvr-video-9999999999999.m3u8', 404],
    ['/live/test/dvr-video-1.m3u8', 404],
    ['/live/test/dvr-audio-2.m3u8', 404],
    ['/live/test/dvr-ts.m3u8', 404],
    ['/live/none/dvr.mpd', 404],
    ['/live/test/dvr.mpd?from=now', 400],
    ['/live/test/dvr.mpd?from=2030-01-01T00:00:00Z', 404],
    ['/live/test/dvr-video.m3u8?_HLS_msn=x', 400],
    ['/live/test/video-1.m4s', 404],
    ['/live/test/video-init-1.m4s', 404],
    ['/a/../../dvr.m3u8', 404],
    ['/a%20b/dvr.m3u8', 400],
  ] as const) {
    const answer = await fixture.get(path)
    assert.equal(answer.status, status, `${path}: ${answer.text}`)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8', path)
  }
})
