import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import { type ReadPlaylist, type ReadSegment, readAttributes, readPlaylist } from '../../test/support/hls-playlist.ts'
import { brokenBetween, brokenRules } from '../../test/support/hls-validator.ts'
import { PackagingFixture, type PackagingFixtureOptions } from '../../test/support/packaging-fixture.ts'

const encrypted = { hlsEncryption: 'aes-128', hlsKeyRotation: 3 } as const
const keySecret = 'correct horse battery staple'

async function encryptedStream(options: PackagingFixtureOptions = {}): Promise<PackagingFixture> {
  const fixture = await PackagingFixture.listen({ hls: encrypted, keySecret, ...options })
  await fixture.publish('live/test', 17_000)
  return fixture
}

async function segmentsOf(fixture: PackagingFixture, playlist: string): Promise<readonly ReadSegment[]> {
  const { text, status } = await fixture.get(`/live/test/${playlist}`)
  assert.equal(status, 200, text)
  const read = readPlaylist(text)
  assert.deepEqual(brokenRules(text, read), [])
  return read.segments
}

/** A segment as a player makes it out. */
async function play(fixture: PackagingFixture, { uri, key }: ReadSegment): Promise<Buffer> {
  const attributes = readAttributes(key ?? '')
  assert.equal(attributes.get('METHOD'), 'AES-128')
  const { body: keyBytes } = await fixture.get(`/live/test/${attributes.get('URI')}`)
  const iv = Buffer.from(attributes.get('IV')?.slice(2) ?? '', 'hex')
  const { body, status } = await fixture.get(`/live/test/${uri}`)
  assert.equal(status, 200, uri)
  const decipher = createDecipheriv('aes-128-cbc', keyBytes, iv)
  return Buffer.concat([decipher.update(body), decipher.final()])
}

function plainName(uri: string): string {
  return uri.replace(/-k[^.]+/, '')
}

for (const rendition of ['video', 'audio', 'muxed', 'ts']) {
  test(`encryption: ${rendition} is what it is in the clear, behind its keys`, async () => {
    const container = rendition === 'ts' ? 'ts' : rendition === 'muxed' ? 'fmp4-muxed' : 'fmp4'
    await using fixture = await encryptedStream({ hls: { ...encrypted, container } })
    const segments = await segmentsOf(fixture, `${rendition}.m3u8`)
    const numbers = segments.map(({ number }) => number - (number % 3))
    const keys = segments.map(({ key }) => readAttributes(key ?? ''))
    assert.ok(new Set(numbers).size > 2)
    assert.deepEqual(
      keys.map(key => key.get('URI')),
      numbers.map(number => `key-${number}-d5e6609e.key`),
    )
    assert.equal(new Set(keys.map(key => key.get('IV'))).size, segments.length)
    fixture.hls.set({ hlsEncryption: 'none' })
    for (const segment of segments) {
      const { body } = await fixture.get(`/live/test/${plainName(segment.uri)}`)
      assert.ok(body.length > 0 && body.equals(await play(fixture, segment)), segment.uri)
    }
  })
}

test('encryption: nothing that can be decoded goes out in the clear', async () => {
  await using fixture = await encryptedStream()
  const { text } = await fixture.get('/live/test/video.m3u8')
  assert.ok(!/EXT-X-PART|PRELOAD-HINT|SERVER-CONTROL/.test(text), text)
  const [{ uri, map } = { uri: '', map: '' }] = await segmentsOf(fixture, 'video.m3u8')
  assert.equal((await fixture.get(`/live/test/${map}`)).status, 200)
  const plain = plainName(uri)
  for (const file of [plain, plain.replace('.m4s', '.0.m4s'), 'index.mpd', 'dvr.mpd']) {
    const answer = await fixture.get(`/live/test/${file}`)
    assert.deepEqual([answer.status, JSON.parse(answer.text).status], [403, 403], file)
    assert.match(answer.text, /encrypted for HLS \(hls\.encryption\)/)
  }
})

test('encryption: a key is for no cache, and a segment for all of them', async () => {
  await using fixture = await encryptedStream()
  const [segment] = await segmentsOf(fixture, 'video.m3u8?token=t')
  const uri = readAttributes(segment?.key ?? '').get('URI')
  assert.match(uri ?? '', /\.key\?token=t$/)
  const { status, headers, body } = await fixture.get(`/live/test/${uri}`)
  assert.deepEqual([status, headers.get('content-type'), body.length], [200, 'application/octet-stream', 16])
  assert.deepEqual([headers.get('cache-control'), headers.get('access-control-allow-origin')], ['no-store', '*'])
  const sent = await fixture.get(`/live/test/${segment?.uri}`, { range: 'bytes=0-15' })
  assert.deepEqual([sent.status, sent.headers.get('cache-control')], [206, 'max-age=31536000, immutable'])
  assert.equal(Number(sent.headers.get('content-range')?.split('/')[1]) % 16, 0)
  assert.equal(fixture.http.eventsOf('play.started').length, 2)
})

test('encryption: keys that no segment needs, and names that are none, are not there', async () => {
  await using fixture = await encryptedStream()
  const segments = await segmentsOf(fixture, 'video.m3u8')
  const newest = segments.at(-1)?.number ?? 0
  const name = (from: number, sign = 'd5e6609e'): string => `/live/test/key-${from}-${sign}.key`
  assert.equal((await fixture.get(name(newest))).status, 200)
  for (const [path, status] of [
    [name(newest + 2), 404],
    [name(newest - 1100), 404],
    [name(newest, '00000000'), 404],
    [`/live/other/key-${newest}-d5e6609e.key`, 404],
    ['/live/test/key-9999999999999999-d5e6609e.key', 404],
    ['/live/test/key.key', 404],
    ['/live/test/..%2fkey-1-d5e6609e.key', 400],
    ['/live/test/../key-1-d5e6609e.key', 404],
    ['/key-1-d5e6609e.key', 400],
    [`/live/test/video-${newest}-k${newest}-00000000.m4s`, 404],
    [`/live/test/video-${newest}-k${newest + 1}-d5e6609e.m4s`, 404],
    [`/live/test/video-${newest}-k${newest - 1000}-d5e6609e.m4s`, 404],
  ] as const) {
    const answer = await fixture.get(path)
    assert.equal(answer.status, status, path)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8', path)
  }
})

test('encryption: a change of the settings holds for segments from then on', async () => {
  await using fixture = await encryptedStream({ hls: { ...encrypted, hlsLowLatency: false } })
  const [publication = assert.fail()] = fixture.publications
  const lists: ReadPlaylist[] = []
  const readList = async (): Promise<void> => {
    const { text } = await fixture.get('/live/test/video.m3u8')
    lists.push(readPlaylist(text))
    assert.deepEqual(brokenRules(text, readPlaylist(text)), [])
  }
  await readList()
  for (const changed of [{ hlsKeyRotation: 1 }, { hlsEncryption: 'none' }, { hlsEncryption: 'aes-128' }] as const) {
    fixture.hls.set(changed)
    await readList()
    fixture.play(publication, 6000)
    await readList()
  }
  for (const [i, list] of lists.entries()) {
    const before = lists[i - 1]
    if (before !== undefined) assert.deepEqual(brokenBetween(before, list), [])
  }
  const segments = lists.at(-1)?.segments ?? []
  const isClear = (key: string | undefined): boolean => readAttributes(key ?? 'METHOD=NONE').get('METHOD') === 'NONE'
  const clear = segments.filter(({ key }) => isClear(key))
  assert.equal(clear.length, 3)
  for (const { uri } of clear) assert.equal((await fixture.get(`/live/test/${uri}`)).status, 200)
  for (const segment of segments.filter(({ key }) => !isClear(key))) {
    assert.ok((await play(fixture, segment)).length > 0)
    assert.equal((await fixture.get(`/live/test/${plainName(segment.uri)}`)).status, 403)
  }
})

test('encryption: no shortcut sends in the clear what is listed as encrypted', async () => {
  await using fixture = await PackagingFixture.listen({ keySecret })
  const publication = await fixture.publish('live/test', 17_000)
  const clear = (await segmentsOf(fixture, 'video.m3u8')).at(-1)
  const next = (clear?.number ?? 0) + 2
  const part = fixture.get(`/live/test/video-${next}.0.m4s`)
  await fixture.http.until(() => fixture.waiting === 1)
  fixture.hls.set(encrypted)
  fixture.play(publication, 8000)
  assert.equal((await part).status, 404)

  const { uri = '', key } = (await segmentsOf(fixture, 'video.m3u8')).find(({ number }) => number === next) ?? {}
  assert.equal(readAttributes(key ?? '').get('METHOD'), 'AES-128')
  const plain = plainName(uri)
  const before = fixture.routed
  for (const file of [plain, plain.replace('.m4s', '.0.m4s')]) {
    assert.equal((await fixture.get(`/live/test/${file}`)).status, 403, file)
  }
  assert.equal(fixture.routed, before + 2)
  assert.equal((await fixture.get(`/live/test/${clear?.uri}`)).status, 200)
  assert.equal((await fixture.get(`/live/test/${uri}`)).status, 200)
  assert.equal(fixture.routed, before + 2)
})

test('encryption: each segment is encrypted once for all viewers', async () => {
  await using fixture = await encryptedStream()
  const [segment] = await segmentsOf(fixture, 'video.m3u8')
  const path = `/live/test/${segment?.uri}`
  const answers = await Promise.all(['one', 'two', 'three'].map(agent => fixture.get(path, { 'user-agent': agent })))
  assert.ok(answers.every(({ body }) => body.equals(answers[0]?.body ?? Buffer.alloc(0))))
  assert.equal(fixture.packaging.encryption.totals.segments, 1)
})

test('encryption: what is kept in the clear is sent under the same keys, after a restart too', async () => {
  const dvrFolder = await mkdtemp(join(tmpdir(), 'sluice-dvr-'))
  try {
    const live = await keptSegment(dvrFolder)
    await using fixture = await PackagingFixture.listen({ hls: encrypted, keySecret, dvrFolder })
    await fixture.packaging.open()
    const [index, list] = [await fixture.get('/live/test/dvr.m3u8'), await segmentsOf(fixture, 'dvr-video.m3u8')]
    assert.equal(index.status, 200)
    const again = list.find(({ uri }) => uri === live.segment.uri)
    assert.equal(again?.key, live.segment.key)
    assert.ok(again !== undefined && live.bytes.equals(await play(fixture, again)))
  } finally {
    await rm(dvrFolder, { recursive: true })
  }
})

async function keptSegment(dvrFolder: string): Promise<{ segment: ReadSegment; bytes: Buffer }> {
  await using fixture = await PackagingFixture.listen({ hls: encrypted, keySecret, dvrFolder })
  const publication = fixture.http.publish('live/test')
  for (let second = 0; second < 10; second++) fixture.play(publication, 1000)
  await fixture.http.until(() => fixture.packaging.dvr.list()[0]?.segments === 8)
  const [segment] = await segmentsOf(fixture, 'video.m3u8')
  assert.ok(segment !== undefined)
  return { segment, bytes: await play(fixture, segment) }
}
