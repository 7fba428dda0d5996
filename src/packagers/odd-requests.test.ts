import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'

/** A stream with some segments, and the number of its newest, of which there are parts. */
async function open(fixture: PackagingFixture): Promise<{ newest: number; parts: number; whole: string }> {
  await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/video.m3u8')
  const [, number, part] = /PRELOAD-HINT.*video-(\d+)\.(\d+)\./.exec(text) ?? assert.fail(text)
  return { newest: Number(number), parts: Number(part), whole: text }
}

test('odd requests: what a list may leave out is said by two words, and by nothing else', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  fixture.play(publication, 20_000)
  const { text: whole } = await fixture.get('/live/test/video.m3u8')
  for (const skip of ['YES', 'v2']) {
    assert.match((await fixture.get(`/live/test/video.m3u8?_HLS_skip=${skip}`)).text, /#EXT-X-SKIP:SKIPPED-SEGMENTS=/)
  }
  for (const skip of [
    '',
    'yes',
    'NO',
    'v3',
    'v22',
    '-1',
    '99999999',
    '%00',
    'YES%0a#EXT-X-ENDLIST',
    'x'.repeat(4000),
  ]) {
    const { status, text } = await fixture.get(`/live/test/video.m3u8?_HLS_skip=${skip}`)
    assert.deepEqual([status, text === whole], [200, true], skip.slice(0, 30))
  }
})

test('odd requests: a list that does not say that it may leave something out does not', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  fixture.play(publication, 20_000)
  publication.close()
  fixture.http.clock.advance(6000)
  const { text } = await fixture.get('/live/test/video.m3u8?_HLS_skip=YES')
  assert.match(text, /#EXT-X-ENDLIST/)
  assert.ok(!text.includes('SKIP'), text)
})

test('odd requests: nothing is left out of a list that does not say that it could', async () => {
  await using plain = await PackagingFixture.listen({ hls: { hlsLowLatency: false } })
  await using ended = await PackagingFixture.listen()
  for (const fixture of [plain, ended]) {
    const publication = await fixture.publish('live/test')
    fixture.play(publication, 20_000)
    if (fixture === ended) publication.close()
    if (fixture === ended) fixture.http.clock.advance(6000)
    const { text } = await fixture.get('/live/test/video.m3u8?_HLS_skip=YES')
    assert.equal(text.includes('#EXT-X-ENDLIST'), fixture === ended)
    assert.doesNotMatch(text, /SKIP/)
    assert.ok((text.match(/#EXTINF/g)?.length ?? 0) > 8)
  }
})

test('odd requests: a part behind the last one of a segment is the first one of the next', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = await fixture.publish('live/test')
  const { text } = await fixture.get('/live/test/video.m3u8')
  const [, newest] = /PRELOAD-HINT.*video-(\d+)\./.exec(text) ?? assert.fail(text)
  const waited = fixture.get(`/live/test/video.m3u8?_HLS_msn=${newest}&_HLS_part=12`)
  await fixture.http.until(() => fixture.waiting === 1)
  fixture.play(publication, 80)
  assert.match((await fixture.get('/live/test/video.m3u8')).text, new RegExp(`\nvideo-${newest}\\.m4s`))
  assert.equal(fixture.waiting, 1)
  fixture.play(publication, 240)
  assert.match((await waited).text, new RegExp(`video-${Number(newest) + 1}\\.0\\.m4s`))
})

test('odd requests: what is over is answered at once, however far back it is', async () => {
  await using fixture = await PackagingFixture.listen()
  const { newest, whole } = await open(fixture)
  for (const wanted of ['_HLS_msn=0', '_HLS_msn=1&_HLS_part=99999', `_HLS_msn=${newest - 1}&_HLS_part=99999`]) {
    const { status, text } = await fixture.get(`/live/test/video.m3u8?${wanted}`)
    assert.deepEqual([status, text], [200, whole], wanted)
  }
})

test('odd requests: ranges that cannot be read are no ranges, and what lies behind the end is told', async () => {
  await using fixture = await PackagingFixture.listen()
  const { newest } = await open(fixture)
  const path = `/live/test/video-${newest - 1}.m4s`
  const { body: whole } = await fixture.get(path)
  const size = whole.length
  for (const range of ['bytes=', 'bytes=-', 'bytes=a-b', 'bytes=5-2', 'lines=0-1', 'bytes=0-1,3-4']) {
    const { status, body } = await fixture.get(path, { range })
    assert.deepEqual([status, body.equals(whole)], [200, true], range)
  }
  for (const range of [`bytes=${size}-`, `bytes=${size}-${size + 10}`, 'bytes=-0', `bytes=${'9'.repeat(30)}-`]) {
    const { status, headers, text } = await fixture.get(path, { range })
    assert.deepEqual([status, headers.get('content-range')], [416, `bytes */${size}`], range)
    assert.equal(JSON.parse(text).status, 416)
  }
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 1],
    ['bytes=-1', size - 1, size],
    [`bytes=-${size * 2}`, 0, size],
    [`bytes=10-${'9'.repeat(30)}`, 10, size],
  ] as const) {
    const { status, body } = await fixture.get(path, { range })
    assert.deepEqual([status, body.equals(whole.subarray(start, end))], [206, true], range)
  }
})
