import assert from 'node:assert/strict'
import { test } from 'vitest'
import { readPlaylist } from '../../test/support/hls-playlist.ts'
import { brokenRules } from '../../test/support/hls-validator.ts'
import { type Answer, PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import type { Publication } from '../hub/publication.ts'
import { cmafForm } from './stream-form.ts'

type Shape = { readonly keyEvery: number; readonly size?: number; readonly hasSound?: boolean }

/** Pictures, with a key frame where `keyEvery` milliseconds are over, step by step as a publisher sends them. */
async function play(
  fixture: PackagingFixture,
  publication: Publication,
  [from, to]: readonly [number, number],
  { keyEvery, size = 100, hasSound = true }: Shape,
): Promise<void> {
  for (let time = from; time < to; time += 40) {
    publication.write(videoFrame(time, time % keyEvery === 0, size))
    if (hasSound) publication.write(audioFrame(time))
    fixture.http.clock.advance(40)
    if (time % 400 === 0) await new Promise(setImmediate)
  }
}

/** The list of pictures once a first viewer has been answered. */
async function watch(fixture: PackagingFixture, span: number, shape: Shape): Promise<Answer> {
  const publication = fixture.http.publish('live/test')
  await play(fixture, publication, [0, 400], shape)
  const first = fixture.get('/live/test/index.m3u8')
  await fixture.untilPackaged(1)
  await play(fixture, publication, [400, span], shape)
  assert.equal((await first).status, 200)
  const answer = await fixture.get('/live/test/video.m3u8')
  assert.deepEqual(brokenRules(answer.text, readPlaylist(answer.text)), [])
  return answer
}

test('odd streams: pictures without a key frame cannot be played, and that is told', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = fixture.http.publish('live/test')
  publication.write(videoFrame(0, false))
  const lists = ['index.m3u8', 'video.m3u8', 'index.mpd', 'ts.m3u8', 'muxed.m3u8'].map(list =>
    fixture.get(`/live/test/${list}`),
  )
  await fixture.untilPackaged(3)
  for (let time = 40; time < 16_000; time += 40) {
    publication.write(videoFrame(time, false))
    fixture.http.clock.advance(40)
  }
  for (const { status, headers, text } of await Promise.all(lists)) {
    assert.equal(status, 503)
    assert.equal(headers.get('content-type'), 'application/problem+json; charset=utf-8')
    assert.match(JSON.parse(text).detail, /^Cannot play live\/test: nothing has come yet that .* can carry$/)
  }
  assert.equal(fixture.waiting, 0)
})

test('odd streams: where each picture is a key frame, segments are as long as they are meant to be', async () => {
  await using fixture = await PackagingFixture.listen()
  const { text } = await watch(fixture, 9000, { keyEvery: 40 })
  const { targetDuration, segments, partTarget, isIndependent } = readPlaylist(text)
  assert.deepEqual([targetDuration, partTarget, isIndependent], [2, 0.201, true])
  for (const { duration, parts } of segments) {
    assert.equal(duration, 2)
    assert.ok(parts.every(part => part.isIndependent))
  }
})

test('odd streams: where key frames are a minute apart, segments are ten seconds long, and say that they begin anywhere', async () => {
  await using fixture = await PackagingFixture.listen({ packager: { packageAlways: true } })
  const { text } = await watch(fixture, 70_000, { keyEvery: 60_000 })
  const { targetDuration, segments, isIndependent } = readPlaylist(text)
  assert.deepEqual([targetDuration, isIndependent], [11, false])
  assert.ok(segments.every(({ duration }) => duration < 11.5))
  const { text: mpd } = await fixture.get('/live/test/index.mpd')
  assert.match(mpd, /maxSegmentDuration="PT11.4S"/)
})

test('odd streams: what is kept is bounded, however far apart key frames are', async () => {
  const segmentMemory = 2e6
  await using fixture = await PackagingFixture.listen({
    packager: { packageAlways: true, segmentMemory, segmentWindow: 3_600_000 },
  })
  await watch(fixture, 120_000, { keyEvery: 60_000, size: 4000 })
  const packager = fixture.packaging.packagers.find('live/test', cmafForm)
  const kept = packager?.find('video')?.kept ?? []
  const bytes = kept.reduce((sum, { size }) => sum + size, 0)
  const segment = (11.4 * 1000 * 4100) / 40
  assert.ok(bytes <= segmentMemory + segment, `${bytes} bytes are kept`)
})

test('odd streams: one picture that lasts longer takes no parts out of the list', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  const { text: before } = await fixture.get('/live/test/video.m3u8')
  publication.write(videoFrame(7000, true))
  publication.write(videoFrame(7240, false))
  publication.write(videoFrame(7280, false))
  const { text: after } = await fixture.get('/live/test/video.m3u8')
  const parts = (text: string): number => readPlaylist(text).segments.filter(one => one.parts.length > 0).length
  assert.match(after, /PART-TARGET=0\.24/)
  assert.deepEqual([parts(before), parts(after)], [2, 2])
})
