import assert from 'node:assert/strict'
import { test } from 'vitest'
import { PackagingFixture } from '../../test/support/packaging-fixture.ts'
import { PlayedSegments, wall } from '../../test/support/played-segments.ts'
import { audioFrame, audioTrack, videoFrame, videoTrack } from '../../test/support/sample-frames.ts'
import type { Publication } from '../hub/publication.ts'
import type { Frame } from '../media/frame.ts'
import type { Track } from '../media/track.ts'
import type { Segment } from './segment.ts'

/** Pictures from one time to another, with sound where `hasSound`. */
function play(
  fixture: PackagingFixture,
  publication: Publication,
  [from, to]: [number, number],
  hasSound: boolean,
): void {
  for (let time = from; time < to; time += 40) {
    publication.write(videoFrame(time, time % 1000 === 0, 100))
    if (hasSound) publication.write(audioFrame(time))
  }
  fixture.http.clock.advance(to - from)
}

/** Which kinds a list of all names. */
async function offered(fixture: PackagingFixture): Promise<{ hls: boolean; dash: boolean }> {
  const [index, mpd] = [await fixture.get('/live/test/index.m3u8'), await fixture.get('/live/test/index.mpd')]
  assert.deepEqual([index.status, mpd.status], [200, 200])
  assert.match(index.text, /video\.m3u8/)
  return { hls: index.text.includes('audio.m3u8'), dash: mpd.text.includes('contentType="audio"') }
}

test('late track: lists of what is there do not wait for it, and it is offered when there is a segment of it', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = fixture.http.publish('live/test')
  publication.write(videoFrame(0, true, 100))
  const first = fixture.get('/live/test/index.m3u8')
  await fixture.untilPackaged(1)
  play(fixture, publication, [40, 7000], false)
  assert.equal((await first).status, 200)
  assert.deepEqual(await offered(fixture), { hls: false, dash: false })

  play(fixture, publication, [7000, 8600], true)
  assert.deepEqual(await offered(fixture), { hls: false, dash: false })
  assert.equal((await fixture.get('/live/test/video.m3u8')).status, 200)

  play(fixture, publication, [8600, 11_600], true)
  assert.deepEqual(await offered(fixture), { hls: true, dash: true })
  const { text } = await fixture.get('/live/test/video.m3u8')
  assert.equal(text.match(/#EXT-X-DISCONTINUITY\n/g)?.length, 1)
})

test('late track: one that stays silent is not offered to those who come then', async () => {
  await using fixture = await PackagingFixture.listen({ packager: { segmentWindow: 4000 } })
  const publication = await fixture.publish('live/test')
  assert.deepEqual(await offered(fixture), { hls: true, dash: true })
  play(fixture, publication, [7000, 20_000], false)
  assert.deepEqual(await offered(fixture), { hls: false, dash: false })
  const { text } = await fixture.get('/live/test/audio.m3u8')
  assert.match(text, /#EXT-X-GAP/)
})

test('late track: pictures that are announced are waited for, by lists, too', async () => {
  await using fixture = await PackagingFixture.listen()
  const publication = fixture.http.publish('live/test')
  publication.announcesPictures = true
  const first = fixture.get('/live/test/index.mpd')
  publication.write(audioFrame(0))
  await fixture.untilPackaged(1)
  for (let time = 20; time < 4000; time += 20) publication.write(audioFrame(time))
  play(fixture, publication, [4000, 11_000], true)
  const { status, text } = await first
  assert.equal(status, 200)
  assert.equal(text.match(/<Period /g)?.length, 1)
  assert.deepEqual(await offered(fixture), { hls: true, dash: true })
})

test('late track: sound begins with pictures that were waited for', () => {
  const stream = new PlayedSegments()
  stream.segmenter.awaitsPictures = true
  for (let time = 0; time < 4000; time += 20) stream.push(audioFrame(time), [audioTrack])
  assert.deepEqual(stream.segmenter.renditions, [])
  stream.play(4000, 8000)
  const of = (name: string): readonly Segment[] => stream.segmenter.find(name)?.segments ?? assert.fail()
  const starts = ['video', 'audio']
    .map(name => of(name)[0])
    .map(first => first && (first.time * 1000) / first.timescale)
  assert.deepEqual(starts, [wall + 4000, wall + 4000])
  assert.deepEqual(new Set(['video', 'audio'].flatMap(name => of(name).map(({ period }) => period.number))).size, 1)
})

test('late track: without pictures that were announced, all of the sound is there after ten seconds, or at the end', () => {
  for (const seconds of [10, 4]) {
    const stream = new PlayedSegments()
    stream.segmenter.awaitsPictures = true
    for (let time = 0; time < 1000 * seconds; time += 20) stream.push(audioFrame(time), [audioTrack])
    assert.deepEqual(stream.segmenter.renditions, [])
    if (seconds === 10) stream.push(audioFrame(10_000), [audioTrack])
    else stream.segmenter.end(wall + 3980)
    const { segments } = stream.segmenter.find('audio') ?? assert.fail()
    const [first] = segments
    assert.equal(first && (first.time * 1000) / first.timescale, wall)
  }
})

const second: Track = { ...audioTrack, id: 2, index: 1 }

test('late track: the second sound of a transport stream, which comes a moment later, begins with the first', () => {
  const stream = new PlayedSegments()
  const tracks: Track[] = []
  const push = (frame: Frame): void => {
    if (!tracks.includes(frame.track)) tracks.push(frame.track)
    stream.push(frame, [...tracks])
  }
  // As FFmpeg 7.1 writes them: a third of a second of each sound, one behind the other.
  for (let time = 0; time < 1600; time += 40) {
    push(videoFrame(time, time % 1000 === 0))
    if (time % 320 !== 160) continue
    for (let at = time - 160; at < time + 160; at += 20) push(audioFrame(at, 4, 7, second))
    for (let at = time - 160; at < time + 160; at += 20) push(audioFrame(at))
  }
  const { segmenter } = stream
  assert.deepEqual(
    segmenter.renditions.map(({ name, segments }) => [name, segments.map(({ period }) => period === segmenter.period)]),
    ['video', 'audio', 'audio-2'].map(name => [name, [true]]),
  )
})

test('late track: what has come is not lost when the next frames are, before all tracks could come', () => {
  const stream = new PlayedSegments()
  const tracks = [videoTrack, audioTrack]
  stream.push(videoFrame(0, true), tracks)
  stream.push(audioFrame(0), tracks)
  stream.push(videoFrame(40, true), tracks, 5)
  stream.segmenter.end(wall)
  assert.deepEqual(
    stream.segmenter.find('video')?.segments.map(({ frames }) => frames),
    [1, 1],
  )
})

/** The first list of a stream with two sounds, one of which begins half a second later. */
async function listBehind(early: Track, late: Track): Promise<string> {
  await using fixture = await PackagingFixture.listen()
  const publication = fixture.http.publish('live/test')
  publication.write(videoFrame(0, true, 100))
  publication.write(audioFrame(0, 4, 7, early))
  const first = fixture.get('/live/test/index.m3u8')
  await fixture.untilPackaged(1)
  for (let time = 40; time < 5000; time += 40) {
    publication.write(videoFrame(time, time % 1000 === 0, 100))
    fixture.http.clock.advance(5)
    await new Promise(setImmediate)
    publication.write(audioFrame(time, 4, 7, early))
    if (time > 500) publication.write(audioFrame(time, 4, 7, late))
    fixture.http.clock.advance(35)
    await new Promise(setImmediate)
  }
  return (await first).text
}

test('late track: the first list waits for a second sound that begins a moment later', async () => {
  assert.match(await listBehind(audioTrack, second), /URI="audio-2\.m3u8"/)
})

test('late track: players begin with the first sound, also where the second one came before it', async () => {
  assert.match(await listBehind(second, audioTrack), /DEFAULT=YES[^\n]*URI="audio\.m3u8"\n[^\n]*URI="audio-2\.m3u8"/)
})
