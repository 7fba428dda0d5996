import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'vitest'
import { RecorderFixture, untilDefined, videoTimes } from '../../test/support/recorder-fixture.ts'
import { audioFrame, videoFrame } from '../../test/support/sample-frames.ts'
import { FlvFileReader } from '../formats/flv/flv-file-reader.ts'
import type { Publication } from '../hub/publication.ts'
import { parseFilePattern } from './file-pattern.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-recorder-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('recorder: one file per publication, finished when the publisher leaves', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 5, 2)
  publication.close()
  const { file, bytes } = await fixture.event('recording.stopped')
  const [name = ''] = await readdir(folder)
  assert.match(name, /^live_test_\d{8}_\d{6}\.flv$/)
  assert.equal(file, join(folder, name))
  assert.equal((await readFile(file)).length, bytes)
  assert.deepEqual(
    await videoTimes(file),
    Array.from({ length: 20 }, (_, i) => i * 100),
  )
  assert.deepEqual(
    fixture.events.map(event => event.type),
    ['recording.started', 'recording.segment', 'recording.stopped'],
  )
})

test('recorder: misses nothing of a publisher who sends all at once and leaves', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  for (let time = 0; time < 3000; time += 100) {
    publication.write(audioFrame(time))
    publication.write(videoFrame(time, time % 1000 === 0))
  }
  publication.close()
  const { file } = await fixture.event('recording.stopped')
  const tags = new FlvFileReader().push(await readFile(file))
  assert.equal(tags.length, 1 + 2 + 60)
})

test('recorder: frames that a file cannot have are counted and logged', async () => {
  const fixture = new RecorderFixture({ dir: folder, format: 'ts' })
  const publication = fixture.publish('live/test')
  const whole = Uint8Array.of(0, 0, 0, 2, 0x65, 0x88)
  const cut = whole.subarray(0, 5)
  for (const [number, payload] of [whole, cut, whole, cut].entries()) {
    publication.write({ ...videoFrame(40 * number, true), payload })
  }
  publication.close()
  await fixture.event('recording.stopped')
  assert.equal(fixture.recorder.totals.framesMalformed, 2)
  assert.equal(fixture.codes.filter(code => code === 'RECORD_FRAMES_MALFORMED').length, 1)
})

test('recorder: a publisher who returns gets a new file, and so do streams with names that look alike', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  for (const name of ['a/b', 'a_b', 'a/b']) {
    const publication = fixture.publish(name)
    publication.write(videoFrame(0, true))
    publication.close()
  }
  await fixture.recorder.close()
  const names = (await readdir(folder)).map(name => name.replace(/\d{8}_\d{6}/, 'T'))
  assert.deepEqual(names.sort(), ['a_b_T.flv', 'a_b_T_2.flv', 'a_b_T_3.flv'])
})

test('recorder: a publisher who takes a stream over gets a recording that the end of the former does not touch', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const former = fixture.publish('live/test')
  former.write(videoFrame(0, true))
  const present = fixture.publish('live/test')
  former.close()
  for (let time = 0; time < 500; time += 100) present.write(videoFrame(time, time === 0))
  assert.equal((await fixture.event('recording.stopped')).durationMs, 0)
  assert.notEqual(fixture.recorder.of('live/test'), undefined)
  present.close()
  await fixture.recorder.close()
  const durations = fixture.events.filter(event => event.type === 'recording.stopped').map(event => event.durationMs)
  assert.deepEqual(durations, [0, 500])
  assert.equal((await readdir(folder)).length, 2)
})

test('recorder: makes no file for a publisher who sends nothing', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  fixture.publish('live/test').close()
  await fixture.recorder.close()
  assert.deepEqual(await readdir(folder), [])
  assert.deepEqual(fixture.events, [])
})

test('recorder: records nothing unless it is told to', async () => {
  const fixture = new RecorderFixture({ dir: folder, record: false })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  assert.equal(fixture.registry.get('live/test')?.subscribers.size, 0)
  await fixture.recorder.close()
  assert.deepEqual(await readdir(folder), [])
})

test('recorder: a path says which streams are recorded', async () => {
  const fixture = new RecorderFixture({ dir: folder, only: 'live/a' })
  for (const name of ['live/a', 'live/b']) fixture.publish(name).write(videoFrame(0, true))
  assert.deepEqual(
    fixture.recorder.list().map(({ stream }) => stream),
    ['live/a'],
  )
  await fixture.recorder.close()
})

test('recorder: while it runs, the file holds all but the newest half second, in whole tags', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  publication.write(videoFrame(0, true))
  fixture.clock.advance(1000)
  await fixture.event('recording.started')
  const active = await untilDefined(() => {
    const recording = fixture.recorder.of('live/test')
    return recording !== undefined && recording.bytesWritten > 0 ? recording : undefined
  })
  const tags = new FlvFileReader().push(await readFile(active.file ?? ''))
  assert.deepEqual(
    tags.map(tag => tag.type),
    [18, 9, 9],
  )
  assert.equal(active.framesDropped, 0)
  await fixture.recorder.close()
  assert.equal(fixture.recorder.of('live/test'), undefined)
})

test('recorder: close finishes the files and starts no more', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 1)
  await fixture.recorder.close()
  await fixture.recorder.close()
  assert.deepEqual(
    fixture.events.map(event => event.type),
    ['recording.started', 'recording.segment', 'recording.stopped'],
  )
  assert.ok(publication.isOpen)
  fixture.publish('live/other').write(videoFrame(0, true))
  await fixture.recorder.close()
  assert.equal((await readdir(folder)).length, 1)
})

test('recorder: segments are cut at key frames, and each is reported when it is complete', async () => {
  const fixture = new RecorderFixture({ dir: folder, segment: { duration: 2000, maxSize: 0, pattern: undefined } })
  const publication = fixture.publish('live/test')
  sendAtOnce(publication, 5)
  publication.close()
  const stopped = await fixture.event('recording.stopped')
  const names = (await readdir(folder)).sort()
  assert.deepEqual(
    names.map(name => name.replace(/\d{8}_\d{6}/, 'T')),
    ['live_test_T_seg001.flv', 'live_test_T_seg002.flv', 'live_test_T_seg003.flv'],
  )
  const tenths = (count: number): number[] => Array.from({ length: count }, (_, i) => i * 100)
  assert.deepEqual(await Promise.all(names.map(name => videoTimes(join(folder, name)))), [
    tenths(20),
    tenths(20),
    tenths(10),
  ])
  const segments = fixture.events.filter(event => event.type === 'recording.segment')
  assert.deepEqual(
    segments.map(({ file, durationMs, number }) => [file, durationMs, number]),
    names.map((name, i) => [join(folder, name), [2000, 2000, 1000][i], i + 1]),
  )
  assert.equal(
    stopped.bytes,
    segments.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  assert.deepEqual([stopped.files, stopped.durationMs, stopped.reason], [3, 5000, 'publisher-left'])
  assert.equal(fixture.recorder.totals.files, 3)
})

test('recorder: a pattern without time gives a publisher who returns names of his own', async () => {
  const pattern = parseFilePattern('%s/seg%03d')
  const fixture = new RecorderFixture({ dir: folder, segment: { duration: 1000, maxSize: 0, pattern } })
  for (let i = 0; i < 2; i++) {
    const publication = fixture.publish('live/test')
    sendAtOnce(publication, 2)
    publication.close()
  }
  await fixture.recorder.close()
  const names = await readdir(join(folder, 'live_test'))
  assert.deepEqual(names.sort(), ['seg001.flv', 'seg001_2.flv', 'seg002.flv', 'seg002_2.flv'])
})

/** `seconds` of video, faster than the recorder is woken. */
function sendAtOnce(publication: Publication, seconds: number): void {
  for (let time = 0; time < seconds * 1000; time += 100) publication.write(videoFrame(time, time % 1000 === 0, 100))
}

test('recorder: a recording that the server cannot go on with is complete up to there, and has failed', async () => {
  const fixture = new RecorderFixture({ dir: folder })
  const publication = fixture.publish('live/test')
  fixture.stream(publication, 0, 2)
  const stream = fixture.registry.getLive('live/test') ?? assert.fail()
  for (const subscriber of stream.subscribers) stream.dismiss(subscriber, 'failed')
  const { file, reason } = await fixture.event('recording.failed')
  assert.equal(reason, 'the server could not read the stream on')
  assert.deepEqual((await videoTimes(file)).slice(0, 3), [0, 100, 200])
  await fixture.recorder.close()
})
