import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { videoFrame } from '../../test/support/sample-frames.ts'

const paths = ['index.m3u8', 'video.m3u8', 'video.m3u8?_HLS_msn=1767225000&_HLS_part=3', 'index.mpd', '../test.m3u8']
const piece = '/live/test/video-1767225000.m4s'
const grace = { packager: { startGrace: 30_000 } }

test('publisher wait: players that are back before their publisher wait for it', async () => {
  await using fixture = await PackagingFixture.listen(grace)
  const { clock } = fixture.http
  const waiting = [...paths.map(path => `/live/test/${path}`), piece].map(path => fixture.get(path))
  await fixture.http.until(() => clock.pendingCount >= waiting.length)
  const publication = fixture.http.publish('live/test')
  publication.write(videoFrame(0, true, 100))
  await fixture.untilPackaged(1)
  fixture.play(publication, 7000)
  const answers = await Promise.all(waiting)
  // The number is one that the server before had given: there is no such segment any more, nor need it be waited for.
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200, 503],
  )
})

test('publisher wait: those who have waited long enough are to come again, and later that there is no such stream', async () => {
  await using fixture = await PackagingFixture.listen(grace)
  const { clock } = fixture.http
  for (const [path, status] of [
    ['/live/test/index.m3u8', 503],
    [piece, 503],
  ] as const) {
    const before = clock.pendingCount
    const answer = fixture.get(path)
    await fixture.http.until(() => clock.pendingCount > before)
    clock.advance(8000)
    assert.equal((await answer).status, status)
  }
  clock.advance(30_000)
  for (const path of ['/live/test/index.m3u8', '/live/test/index.mpd', piece]) {
    assert.equal((await fixture.get(path)).status, 404)
  }
})
