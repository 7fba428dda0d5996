import assert from 'node:assert/strict'
import { test } from 'vitest'
import { Http2Client } from '../../test/support/http2-client.ts'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'

test('serving: over HTTP/2 a hundred players wait on one connection for the same part, and all get it', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.http.listenTls()
  const publication = await fixture.publish('live/test')
  await using client = await Http2Client.connect(fixture.http.tlsPort)
  const before = (await client.get('/live/test/video.m3u8')).text
  const [, part = ''] = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(before) ?? assert.fail(before)
  const [, number, index] = /video-(\d+)\.(\d+)\.m4s/.exec(part) ?? assert.fail(part)
  const blocked = `/live/test/video.m3u8?_HLS_msn=${number}&_HLS_part=${index}`
  let answered = 0
  const ask = async (path: string) => {
    const answer = await client.get(path)
    answered++
    return answer
  }
  const waiting = Array.from({ length: 50 }, () => [ask(blocked), ask(`/live/test/${part}`)]).flat()
  // Answered behind them, so they have all arrived, and wait.
  assert.equal((await client.get('/healthz')).status, 200)
  assert.equal(answered, 0)
  fixture.play(publication, 400)
  const answers = await Promise.all(waiting)
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  // The one who opened the stream, and the one here, whose hundred players share all that could tell them apart.
  assert.equal(fixture.http.eventsOf('play.started').length, 2)
  for (const [at, { text, headers, body }] of answers.entries()) {
    if (at % 2 === 0)
      assert.ok(text.includes(`URI="${part}"`) && headers['content-type'] === 'application/vnd.apple.mpegurl')
    else assert.ok(body.length > 0 && headers['cache-control'] === 'max-age=31536000, immutable')
  }
})

test('serving: a player over HTTP/2 who gives up waiting is waited for no more', async () => {
  await using fixture = await PackagingFixture.listen()
  await fixture.http.listenTls()
  await fixture.publish('live/test')
  await using client = await Http2Client.connect(fixture.http.tlsPort)
  const { text } = await client.get('/live/test/video.m3u8')
  const [, part = ''] = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text) ?? assert.fail(text)
  const before = fixture.http.clock.pendingCount
  const asked = client.request(`/live/test/${part}`)
  await fixture.http.until(() => fixture.http.clock.pendingCount > before)
  asked.close()
  await fixture.http.until(() => fixture.http.clock.pendingCount <= before)
})
