import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { HeldAuthorizer } from '../../../test/support/held-authorizer.ts'
import { Http2Client } from '../../../test/support/http2-client.ts'
import { parseMp4 } from '../../../test/support/mp4-file.ts'
import { PackagingFixture, type PackagingFixtureOptions } from '../../../test/support/packaging-fixture.ts'
import { audioFrame, videoFrame, videoTrack } from '../../../test/support/sample-frames.ts'
import type { Publication } from '../../hub/publication.ts'
import { clipFileName, parseClipRequest } from './clip-request.ts'

let dvrFolder: string
beforeEach(async () => {
  dvrFolder = await mkdtemp(join(tmpdir(), 'sluice-clip-'))
})
afterEach(() => rm(dvrFolder, { recursive: true }))

type Kept = { readonly fixture: PackagingFixture; readonly publication: Publication }

/** A stream of which so many segments of two seconds are kept, a key frame in each second. */
async function keep(count: number, options: PackagingFixtureOptions = {}): Promise<Kept> {
  const fixture = await PackagingFixture.listen({ ...options, dvrFolder })
  const publication = fixture.http.publish('live/test')
  for (let second = 0; second <= 2 * count; second++) {
    fixture.play(publication, 1000)
    await turn()
  }
  await untilKept(fixture, count)
  return { fixture, publication }
}

async function untilKept({ packaging }: PackagingFixture, count: number): Promise<void> {
  while (packaging.dvr.list()[0]?.segments !== 2 * count) await turn()
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

const from = (seconds: number): string => new Date(Date.UTC(2026, 0, 1) + 1000 * seconds).toISOString()

test('clip: begins with the key frame at its time or before, and ends with its last picture', async () => {
  const { fixture } = await keep(5)
  await using _ = fixture
  const { status, body, headers } = await fixture.get('/live/test/clip.mp4?offset=3.48&duration=4')
  assert.equal(status, 200)
  assert.equal(headers.get('content-disposition'), 'attachment; filename="live-test-2026-01-01T00-00-03Z.mp4"')
  const { file, tracks } = parseMp4(body)
  const [video, audio] = tracks
  assert.deepEqual([video?.samples.length, video?.samples[0]?.data?.[0]], [112, 3000 & 0xff])
  assert.deepEqual(
    file.moov?.traks.map(({ edts }) => edts?.elst?.entries.map(entry => entry.segment_duration)),
    [[4000], [4000]],
  )
  const edit = file.moov?.traks[0]?.edts?.elst?.entries[0]
  assert.equal(edit?.media_time, 0.48 * 90_000)
  assert.ok(audio !== undefined && audio.samples.length >= 100)
  const delivered = fixture.http.registry.getLive('live/test')?.deliveryTotals().get('clip')
  assert.equal(delivered?.bytesSent, body.length)
})

test('clip: sound alone is cut as well', async () => {
  await using fixture = await PackagingFixture.listen({ dvrFolder })
  const publication = fixture.http.publish('live/test')
  for (let time = 0; time <= 12_000; time += 20) {
    publication.write(audioFrame(time))
    fixture.http.clock.advance(20)
    if (time % 1000 === 0) await turn()
  }
  while ((fixture.packaging.dvr.list()[0]?.segments ?? 0) < 4) await turn()
  const { status, body, text } = await fixture.get(`/live/test/clip.mp4?offset=2.5&duration=3`)
  assert.equal(status, 200, text)
  const { file } = parseMp4(body)
  assert.deepEqual(
    file.moov?.traks.map(({ edts }) => edts?.elst?.entries.map(entry => entry.segment_duration)),
    [[3000]],
  )
})

test('clip: two ways of coding do not go into one file', async () => {
  const { fixture, publication } = await keep(3)
  await using _ = fixture
  const changed = { ...videoTrack, generation: 1, config: Uint8Array.of(1, 0x42, 0, 0x1f, 0xff, 0xe1, 0, 0, 1, 0, 0) }
  for (let time = 7000; time < 13_000; time += 40) {
    publication.write(videoFrame(time, time % 1000 === 0, 100, 1, changed))
    fixture.http.clock.advance(40)
    if (time % 1000 === 0) await turn()
  }
  while (
    ((await fixture.packaging.dvr.find('live/test')?.segments({ from: 0, to: Number.MAX_VALUE })) ?? []).length < 10
  )
    await turn()
  const { status, text } = await fixture.get('/live/test/clip.mp4?offset=1&duration=9')
  assert.equal(status, 409)
  assert.match(text, /its video is coded in another way around 2026-01-01T00:00:0/)
  assert.equal((await fixture.get('/live/test/clip.mp4?offset=1&duration=4')).status, 200)
})

test('clip: what plays at this moment is waited for', async () => {
  const { fixture, publication } = await keep(3)
  await using _ = fixture
  const answer = fixture.get('/live/test/clip.mp4?offset=-3&duration=60')
  while (fixture.packaging.clips.active === 0) await turn()
  fixture.play(publication, 2000)
  await fixture.http.until(() => fixture.packaging.clips.clips === 1)
  const { status, body } = await answer
  assert.equal(status, 200)
  assert.ok((parseMp4(body).tracks[0]?.samples.length ?? 0) >= 75)
})

test('clip: sound that is kept a moment later than its picture is waited for', async () => {
  const { fixture } = await keep(3)
  await using _ = fixture
  const archive = fixture.packaging.dvr.find('live/test') ?? assert.fail()
  const segments = archive.segments.bind(archive)
  let asked = 0
  archive.segments = async span => {
    const all = await segments(span)
    const last = Math.max(...all.map(({ number }) => number))
    return ++asked > 2 ? all : all.filter(({ rendition, number }) => rendition === 'video' || number < last)
  }
  const answer = fixture.get(`/live/test/clip.mp4?from=${from(0)}&duration=6`)
  await fixture.http.until(() => fixture.packaging.clips.clips === 1)
  const [video, audio] = parseMp4((await answer).body).tracks
  assert.equal(audio?.samples.length, video?.samples.length)
  assert.equal(asked, 3)
})

test('clip: a segment that goes away while it is sent breaks the transfer off', async () => {
  const { fixture } = await keep(5)
  await using _ = fixture
  const url = `/live/test/clip.mp4?from=${from(2)}&duration=6`
  assert.equal((await fixture.get(url, {}, 'HEAD')).status, 200)
  for (const name of await readdir(join(dvrFolder, 'live/test/@dvr/2026-01-01T00'))) {
    if (/^video-\d+\.m4s$/.test(name)) await rm(join(dvrFolder, 'live/test/@dvr/2026-01-01T00', name))
  }
  await assert.rejects(fixture.get(url))
  assert.equal(fixture.packaging.clips.failed, 1)
  assert.ok(fixture.http.log.lines.some(({ code }) => code === 'CLIP_BROKEN_OFF'))
})

test('clip: too many at once are refused, and each gives its place back', async () => {
  const { fixture } = await keep(3)
  await using _ = fixture
  const { clips } = fixture.packaging
  clips.active = 2
  const refused = await fixture.get('/live/test/clip.mp4?offset=0&duration=2')
  assert.deepEqual([refused.status, clips.refused], [503, 1])
  clips.active = 1
  for (let i = 0; i < 3; i++) assert.equal((await fixture.get('/live/test/clip.mp4?offset=0&duration=2')).status, 200)
  while (clips.active !== 1) await turn()
})

test('clip: over HTTP/2 too, who leaves while it is asked for what lets it in takes no place', async () => {
  const authorizer = new HeldAuthorizer()
  const { fixture } = await keep(3, { authorizer })
  await using _ = fixture
  await fixture.http.listenTls()
  await using client = await Http2Client.connect(fixture.http.tlsPort)
  const asked = client.request('/live/test/clip.mp4?offset=0&duration=2')
  await fixture.http.until(() => authorizer.asked.length === 1)
  asked.close()
  await fixture.http.until(() => authorizer.asked[0]?.signal.aborted === true)
  authorizer.decide({ isAllowed: true })
  const known = fixture.get('/live/test/clip.mp4?offset=0&duration=2')
  await fixture.http.until(() => authorizer.asked.length === 2)
  authorizer.decide({ isAllowed: true })
  assert.equal((await known).status, 200)
  while (fixture.packaging.clips.active !== 0) await turn()
  assert.equal(fixture.packaging.clips.clips, 1)
})

test('clip: who leaves while it is put together keeps the place until nothing more is read for it', async () => {
  const { fixture } = await keep(4)
  await using _ = fixture
  await fixture.http.listenTls()
  const archive = fixture.packaging.dvr.find('live/test') ?? assert.fail()
  const read = archive.read.bind(archive)
  const held = Promise.withResolvers<void>()
  let reads = 0
  archive.read = async (rendition, address) => {
    reads++
    await held.promise
    return read(rendition, address)
  }
  await using client = await Http2Client.connect(fixture.http.tlsPort)
  const asked = client.request('/live/test/clip.mp4?offset=0&duration=7')
  await fixture.http.until(() => reads === 1)
  asked.close()
  // Answered behind it, so it is known there that the client has left.
  assert.equal((await client.get('/healthz')).status, 200)
  const { clips } = fixture.packaging
  assert.ok(clips.active === 1)
  held.resolve()
  while (fixture.packaging.clips.active !== 0) await turn()
  assert.equal(reads, 1)
})

test('clip: a range of a clip whose time the clock tells is only one of the same clip', async () => {
  const { fixture } = await keep(5)
  await using _ = fixture
  const url = '/live/test/clip.mp4?offset=-8&duration=2'
  const range = { range: 'bytes=0-9' }
  const whole = await fixture.get(url, range)
  assert.deepEqual([whole.status, whole.headers.get('accept-ranges')], [200, 'none'])
  const part = await fixture.get(url, { ...range, 'if-range': whole.headers.get('etag') ?? '' })
  assert.equal(part.status, 206)
  assert.ok(part.body.equals(whole.body.subarray(0, 10)))
  const fixed = `/live/test/clip.mp4?from=${from(2)}&duration=2`
  assert.equal((await fixture.get(fixed, range)).status, 206)
  assert.equal((await fixture.get(fixed, { ...range, 'if-range': '"another"' })).status, 200)
})

test('clip: a stream of that name is played where no time is asked for', async () => {
  await using fixture = await PackagingFixture.listen({ dvrFolder })
  assert.match((await fixture.get('/live/clip.mp4')).text, /Cannot play live\/clip: nobody publishes it/)
  assert.match((await fixture.get('/clip.mp4?from=now')).text, /Cannot play clip: nobody publishes it/)
  assert.match((await fixture.get('/live/clip.mp4?offset=0')).text, /Cannot rewind live: nothing is kept of it/)
})

test('clip request: is no longer than clips may be, as far as there is anything', () => {
  const kept = { from: 0, to: 7_200_000 }
  const parse = (text: string) => parseClipRequest(new URLSearchParams(text), kept.to, kept, 3_600_000)
  assert.throws(() => parse('offset=0&duration=3601'), /has 3600 s at most, is 3601 s/)
  assert.throws(() => parse('offset=-3601'), /at most/)
  assert.equal(parse('offset=-3600&duration=9999').isFixed, false)
  assert.equal(parse('from=1970-01-01T00:10:00Z&duration=60').isFixed, true)
  assert.equal(parse('from=1970-01-01T01:10:00Z&duration=6000').isFixed, false)
  assert.equal(clipFileName('a/b.c', 0), 'a-b.c-1970-01-01T00-00-00Z.mp4')
})
